package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.core.NestedRuntimeException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.restore.Restore;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * A migration has failed after snapshots were taken. The message says what was before it,
 * and how to go back. The cause is what Flyway or Liquibase has thrown.
 *
 * @since 0.1
 */
public class MigrationFailedException extends NestedRuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient List<Snapshot> snapshots;

	private final String problem;

	private final String wayBack;

	/**
	 * Create a new exception.
	 * @param snapshots the snapshots that were taken before, each of another database
	 * @param cause what Flyway or Liquibase has thrown
	 */
	public MigrationFailedException(List<Snapshot> snapshots, Throwable cause) {
		super(problem(snapshots, cause) + "\n\n" + wayBack(snapshots), cause);
		Assert.notEmpty(snapshots, "There must be a snapshot");
		this.problem = problem(snapshots, cause);
		this.wayBack = wayBack(snapshots);
		this.snapshots = List.copyOf(snapshots);
	}

	/**
	 * Return the snapshots that were taken before the migration, each of another
	 * database.
	 * @return the snapshots, at least one
	 */
	public List<Snapshot> getSnapshots() {
		return this.snapshots;
	}

	/**
	 * Return what has failed.
	 * @return the first part of the message
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return how to go back to what was before the migration.
	 * @return the rest of the message
	 */
	public String getWayBack() {
		return this.wayBack;
	}

	private static String problem(List<Snapshot> snapshots, Throwable cause) {
		return "The migration of "
				+ snapshots.stream().map((snapshot) -> snapshot.scope().toString()).collect(Collectors.joining(", "))
				+ " failed: " + cause.getMessage();
	}

	static String wayBack(List<Snapshot> snapshots) {
		return snapshots.stream().map(MigrationFailedException::wayBack).collect(Collectors.joining("\n"));
	}

	private static String wayBack(Snapshot snapshot) {
		DatabaseName database = DatabaseName.of(String.valueOf(snapshot.database()));
		return "Snapshot " + snapshot.name() + " of " + snapshot.createdAt() + " holds database " + database
				+ " before the migration. To go back to it, losing what was written since:\n"
				+ "RestoreOperations.restoreDatabase(DatabaseName.of(\"" + database + "\"), SnapshotName.of(\""
				+ snapshot.name() + "\")), or as SQL, outside a transaction:\n"
				+ Restore.database(database, snapshot.name()).statements().get(0).sql();
	}

}
