package io.github.matrixone.spring.boot.autoconfigure.migration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of snapshots before migrations.
 *
 * @since 0.1
 */
@ConfigurationProperties("matrixone.migration")
public class MatrixOneMigrationProperties {

	/**
	 * Whether to take a snapshot of a database before Flyway or Liquibase migrates it.
	 */
	private boolean snapshotBefore = false;

	/**
	 * What the names of the snapshots begin with, at most 24 letters, digits and
	 * underscores.
	 */
	private String snapshotPrefix = "before_migration_";

	/**
	 * How many snapshots of each database to keep when a migration has succeeded. All of
	 * them by default.
	 */
	private @Nullable Integer keep;

	public boolean isSnapshotBefore() {
		return this.snapshotBefore;
	}

	public void setSnapshotBefore(boolean snapshotBefore) {
		this.snapshotBefore = snapshotBefore;
	}

	public String getSnapshotPrefix() {
		return this.snapshotPrefix;
	}

	public void setSnapshotPrefix(String snapshotPrefix) {
		this.snapshotPrefix = snapshotPrefix;
	}

	public @Nullable Integer getKeep() {
		return this.keep;
	}

	public void setKeep(@Nullable Integer keep) {
		this.keep = keep;
	}

}
