package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * A point in time as it was named, which is to become an instant by the server's clock.
 *
 * @param snapshot the snapshot, or {@code null}
 * @param instant the instant, or {@code null}
 * @param ago how long ago, or {@code null}
 */
record PointInTime(@Nullable SnapshotName snapshot, @Nullable Instant instant, @Nullable Duration ago) {

	private static final SqlText CLOCK = SqlText.of("SELECT unix_timestamp() * 1000000 + microsecond(now(6))");

	/**
	 * Find out the instant.
	 * @param executor asks the server
	 * @param database what is to be read
	 */
	Instant resolve(CommandExecutor executor, DatabaseName database) {
		if (this.snapshot != null) {
			SnapshotQuery query = SnapshotQuery.byName(this.snapshot);
			Snapshot found = query.get(executor.query(query.statement()));
			found.requireHolds(database);
			return found.createdAt();
		}
		Instant now = now(executor.query(CLOCK));
		if (this.ago != null) {
			return now.minus(this.ago).truncatedTo(ChronoUnit.SECONDS);
		}
		Assert.state(this.instant != null, "A point in time has an instant");
		if (!this.instant.isBefore(now)) {
			throw new InvalidDataAccessApiUsageException("The instant " + this.instant
					+ " lies in the future: the server's clock says " + now + ", and it would read what is there now");
		}
		return this.instant;
	}

	private static Instant now(Rows clock) {
		return Instant.EPOCH.plus(Long.parseLong(clock.first().orElseThrow()), ChronoUnit.MICROS);
	}

}
