package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Reads the database as it was: within {@link PastReads#execute}, repositories,
 * {@code JdbcTemplate}, MyBatis and jOOQ read every table at one point in time, with
 * joins, views and lazy loads. What cannot be read at that point is refused, and so is
 * whatever would write, lock, or ask for the current time.
 *
 * <p>
 * <strong>How.</strong> The first read of a point makes a copy of the database, which
 * shares all rows with it: <code>CREATE DATABASE past_of_… CLONE … {MO_TS = n}</code>, on
 * a connection of its own. Connections work in the copy while their thread is within the
 * call. Copies are kept for a while for further reads of the same point, shared by all
 * threads, and dropped then. The user needs {@code SELECT} on {@code *.*}.
 *
 * <p>
 * <strong>Transactions.</strong> Refused within a transaction, whose connection and
 * entities are those of now. {@code @Transactional} methods that are called within have
 * transactions of their own, at that point.
 *
 * @since 0.1
 */
public interface PastOperations {

	/**
	 * Read what a snapshot holds. A copy that was made of it once does not need it any
	 * more.
	 * @param snapshot the name of a snapshot that holds the database
	 * @return reads at this point; each looks the snapshot up, and throws
	 * {@code SnapshotNotFoundException} if there is none,
	 * {@code SnapshotScopeMismatchException} if it does not hold the whole database
	 */
	PastReads asOf(SnapshotName snapshot);

	/**
	 * Read what was committed at an instant.
	 * @param instant the instant, exact to the nanosecond, by the server's clock
	 * @return reads at this point; each throws {@code InvalidDataAccessApiUsageException}
	 * if it lies in the future by the server's clock, {@code DatabaseNotFoundException}
	 * if the database was not there yet
	 */
	PastReads asOf(Instant instant);

	/**
	 * Read what was committed some time ago.
	 * @param ago how long ago, by the server's clock, rounded up so that it is a whole
	 * second: reads within one second share a copy
	 * @return reads at this point, which is found out by each
	 */
	PastReads asOf(Duration ago);

}
