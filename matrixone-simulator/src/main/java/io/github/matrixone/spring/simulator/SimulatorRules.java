package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.MigrationTools;
import io.github.matrixone.spring.transaction.StatementRules;

/**
 * What the simulator refuses beyond the server's own rules: statements that H2 does not
 * know, and those by which it would commit a transaction.
 */
final class SimulatorRules implements StatementRules {

	private static final ThreadLocal<Boolean> ownCommand = ThreadLocal.withInitial(() -> false);

	/**
	 * Apply the server's rules alone to a command that the simulator carries out itself.
	 */
	static void checkCommand(Connection connection, SqlStatement statement) throws SQLException {
		if (connection.isWrapperFor(MatrixOneConnection.class)) {
			ownCommand.set(true);
			try {
				connection.unwrap(MatrixOneConnection.class).check(statement);
			}
			finally {
				ownCommand.remove();
			}
		}
	}

	@Override
	public void check(SqlStatement statement, State state) throws SQLException {
		if (ownCommand.get()) {
			return;
		}
		requireNoSnapshot(statement);
		switch (statement.kind()) {
			case CLONE_TABLE, CLONE_TABLE_AT, CLONE_DATABASE, CLONE_DATABASE_AT ->
				refuse("run CREATE … CLONE as SQL text: use CloneOperations");
			case SNAPSHOT_COMMAND -> refuse("run CREATE SNAPSHOT or DROP SNAPSHOT as SQL text: use SnapshotOperations");
			case SHOW_SNAPSHOTS -> refuse("run SHOW SNAPSHOTS or SHOW PITR: use SnapshotOperations.list for snapshots");
			case RESTORE -> refuse("run RESTORE as SQL text: use RestoreOperations");
			case PITR_COMMAND -> refuse("run PITR statements: leave them out");
			case BRANCH_CREATE, BRANCH_DELETE, BRANCH_MERGE, BRANCH_PICK ->
				refuse("run DATA BRANCH statements: leave them out");
			case CREATE_TABLE, CREATE_DATABASE, CREATE_OTHER, TRUNCATE, OTHER -> {
				if (state.isInTransaction() && !MigrationTools.isAtWork()) {
					refuse("roll back DDL or a statement of unknown effect: run it outside the transaction, "
							+ "or use CloneOperations");
				}
			}
			default -> {
			}
		}
	}

	/**
	 * H2 locks what it changes.
	 */
	@Override
	public boolean needLocksBefore() {
		return false;
	}

	/**
	 * A server refuses it as a write at a hint.
	 */
	private static void requireNoSnapshot(SqlStatement statement) throws SQLException {
		DatabaseName database = (statement.table() != null) ? statement.table().database() : null;
		boolean writes = switch (statement.kind()) {
			case LOCKING_READ, SHARED_LOCKING_READ -> true;
			default -> statement.kind().writes();
		};
		if (writes && database != null && database.normalized().startsWith(Catalog.HIDDEN)) {
			throw new StatementRefusedException(Reason.UNSUPPORTED, "A statement that may write or lock rows of a "
					+ "snapshot is refused. Name the table itself, and read the snapshot in a statement of its own");
		}
	}

	private static void refuse(String what) throws SQLException {
		throw new StatementRefusedException(Reason.UNSUPPORTED, Refusals.message(what));
	}

}
