package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * What a PITR has restored.
 *
 * @param restored what was restored
 * @param instant the instant whose state it has now
 * @param before a snapshot of its state before, by which the restore can be taken back,
 * or {@code null} if it was not there before
 * @param pitr the PITR, as it is now
 * @since 0.1
 */
public record PitrRestore(SnapshotScope restored, Instant instant, @Nullable Snapshot before, Pitr pitr) {

	/**
	 * How the names of the snapshots begin that are taken before restores. The time by
	 * the server's clock follows.
	 */
	public static final String SNAPSHOT_PREFIX = "before_pitr_";

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss_SSSSSS", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	/**
	 * Return whether the PITR keeps the past of what was restored. One of the same
	 * database or table does not: see {@link Pitr#isActive()}.
	 * @return whether it does
	 */
	public boolean isStillKept() {
		return this.pitr.isActive();
	}

	/**
	 * Name the snapshot of the state before.
	 */
	static SnapshotName snapshotName(Instant now) {
		return SnapshotName.of(SNAPSHOT_PREFIX + TIME.format(now));
	}

}
