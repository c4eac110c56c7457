package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Reads the database as it was, without blocking: what is subscribed to within
 * {@link ReactivePastReads#execute}, by repositories of Spring Data R2DBC,
 * {@code R2dbcEntityTemplate}, {@code DatabaseClient} and plain R2DBC, reads every table
 * at one point in time. The rules, refusals and exceptions are those of
 * {@link PastOperations}.
 *
 * <p>
 * <strong>How.</strong> As {@link PastOperations}, with
 * <code>CREATE DATABASE past_of_… CLONE … {MO_TS = n}</code> on a connection of its own,
 * once for each point. The point travels in Reactor's context, not with a thread.
 * Connections are led into the copy with {@code USE} before a statement that is
 * subscribed to within, and back before one outside and when the pool takes them.
 *
 * <p>
 * <strong>Transactions.</strong> Refused within a reactive transaction.
 * {@code @Transactional} methods that are subscribed to within have transactions of their
 * own, at that point.
 *
 * @since 0.1
 */
public interface ReactivePastOperations {

	/**
	 * Read what a snapshot holds. A copy that was made of it once does not need it any
	 * more.
	 * @param snapshot the name of a snapshot that holds the database
	 * @return reads at this point; each looks the snapshot up, and ends with
	 * {@code SnapshotNotFoundException} if there is none, with
	 * {@code SnapshotScopeMismatchException} if it does not hold the whole database
	 */
	ReactivePastReads asOf(SnapshotName snapshot);

	/**
	 * Read what was committed at an instant.
	 * @param instant the instant, exact to the nanosecond, by the server's clock
	 * @return reads at this point; each ends with
	 * {@code InvalidDataAccessApiUsageException} if it lies in the future by the server's
	 * clock, with {@code DatabaseNotFoundException} if the database was not there yet
	 */
	ReactivePastReads asOf(Instant instant);

	/**
	 * Read what was committed some time ago.
	 * @param ago how long ago, by the server's clock, rounded up so that it is a whole
	 * second: reads within one second share a copy
	 * @return reads at this point, which is found out by each subscription
	 */
	ReactivePastReads asOf(Duration ago);

}
