package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.List;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.SessionChange;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

/**
 * The rules that MatrixOne 4.2 makes necessary.
 */
final class ServerStatementRules implements StatementRules {

	private static final String OWN_CLONE = "Only plain inserts into a clone are allowed in the transaction that has "
			+ "made it, and this statement may change its rows in another way: rows that were deleted from the source "
			+ "before the clone would come back, for good. Change the clone after the commit, or copy the rows instead "
			+ "(CloneOptions.byCopy). Clone with CloneOperations rather than SQL text, so that it is known which tables "
			+ "are clones";

	private static final String WRITE_AT_HINT = "A statement that may write or lock a table named with {SNAPSHOT = …}, "
			+ "{MO_TS = …} or {AS OF TIMESTAMP …} is refused: the server would keep the old and the new version of a row "
			+ "under one primary key, for good. Name the table that is written without a hint, and read the past in a "
			+ "sub-select: UPDATE t JOIN (SELECT … FROM t{SNAPSHOT = 's'}) h ON …, or INSERT INTO … SELECT. With FOR UPDATE, "
			+ "read the past in a statement of its own. To bring a whole table back, use RestoreOperations or "
			+ "CloneOperations";

	private static final String SEVERAL_TIMES = "A statement that names tables with different time hints ({SNAPSHOT = …}, "
			+ "{MO_TS = …}, {AS OF TIMESTAMP …}) is refused: the server would read all of them at one of these times, and "
			+ "give no error. Read each time with a statement of its own, clone the table from one of them "
			+ "(CloneOperations) and join the clone, or compare with DATA BRANCH DIFF. One time beside tables without a "
			+ "hint is right";

	@Override
	public String sent(String sql, List<SqlStatement> statements) {
		return SqlStatement.ordered(sql, statements);
	}

	@Override
	public void check(SqlStatement statement, State state) throws SQLException {
		checkAnywhere(statement);
		if (state.isInTransaction()) {
			if (isLeftToMigrationTool(statement)) {
				return;
			}
			if (state.isReadOnly()) {
				checkReadOnly(statement);
			}
			checkInTransaction(statement, state);
		}
	}

	/**
	 * Flyway and Liquibase know what the server commits by itself, and their scripts, as
	 * those of Spring Boot, were written for a connection of the driver. What would
	 * corrupt data is refused all the same.
	 */
	private static boolean isLeftToMigrationTool(SqlStatement statement) {
		return switch (statement.kind()) {
			case SET, LOCK_TABLES, BEGIN, PREPARED_TEXT, CALL, SHOW_SNAPSHOTS, SNAPSHOT_COMMAND, RESTORE, PITR_COMMAND,
					BRANCH_CREATE, BRANCH_DELETE, BRANCH_PICK ->
				MigrationTools.isAtWork();
			default -> false;
		};
	}

	private void checkAnywhere(SqlStatement statement) throws SQLException {
		refuseIf(statement.writesAtHint(), Reason.UNSUPPORTED, WRITE_AT_HINT);
		refuseIf(statement.readsAtSeveralTimes(), Reason.UNSUPPORTED, SEVERAL_TIMES);
		refuseIf(statement.kind() == Kind.SET_AUTOCOMMIT, Reason.UNSUPPORTED,
				"SET autocommit as a statement is refused: neither the driver nor the pool would know of it, and clones "
						+ "would escape from transactions. Use Connection.setAutoCommit, or @Transactional");
		// MO#27039
		if (statement.kind() == Kind.CLONE_TABLE || statement.kind() == Kind.CLONE_TABLE_AT) {
			refuseIf(statement.ifNotExists(), Reason.UNSUPPORTED, "CREATE TABLE IF NOT EXISTS … CLONE is refused: "
					+ "where the table exists the server appends the source's rows to it, duplicate keys included. "
					+ "Use CloneOperations.cloneTable with CloneOptions.defaults().ifNotExists()");
		}
	}

	private void checkReadOnly(SqlStatement statement) throws SQLException {
		switch (statement.kind()) {
			case READ, UNCERTAIN_READ, LOCKING_READ, LOCKING_FUNCTION, SHARED_LOCKING_READ -> {
			}
			case SHOW_SNAPSHOTS, USE, SET, CALL, COMMIT, ROLLBACK -> {
			}
			default -> refuse(Reason.READ_ONLY,
					"A statement that does not certainly only read is refused in a read-only transaction: "
							+ "the server would carry it out all the same (MO#26648). Remove readOnly = true");
		}
	}

	private void checkInTransaction(SqlStatement statement, State state) throws SQLException {
		switch (statement.kind()) {
			case BEGIN -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"BEGIN is refused in a transaction: it would commit what was done so far. "
							+ "The transaction begins by itself with its first statement");
			case LOCK_TABLES -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"LOCK TABLES and UNLOCK TABLES are refused in a transaction: they would commit it. "
							+ "Lock rows with SELECT … FOR UPDATE");
			case SHARED_LOCKING_READ -> refuse(Reason.UNSUPPORTED,
					"SELECT … FOR SHARE and LOCK IN SHARE MODE are refused in a transaction: where two transactions share "
							+ "the lock of a row and both update it, the server keeps both new versions under one "
							+ "primary key. Use SELECT … FOR UPDATE");
			case SAVEPOINT -> throw StatementRules.savepointsRefused();
			case SET -> checkSet(statement, state);
			case PREPARED_TEXT -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"PREPARE and EXECUTE as SQL text are refused in a transaction: what they run cannot be seen. "
							+ "Use Connection.prepareStatement");
			case CALL -> throw StatementRules.procedureRefused();
			case UNREADABLE -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"A text whose words cannot be told with certainty is refused in a transaction: it might commit it. "
							+ "Look for a quote or comment that is not closed, // and /*! … */");
			case SHOW_SNAPSHOTS -> refuseIf(state.isBegun(), Reason.NOT_ALLOWED_IN_TRANSACTION,
					"SHOW SNAPSHOTS and SHOW PITR are refused by the server in a transaction. "
							+ "Use SnapshotOperations.list, which reads mo_catalog.mo_snapshots");
			case SNAPSHOT_COMMAND -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"CREATE SNAPSHOT and DROP SNAPSHOT are refused by the server in a transaction. "
							+ "Use SnapshotOperations, which takes a snapshot on a connection of its own and drops it "
							+ "on rollback, or takes it after the commit");
			case RESTORE -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"RESTORE is refused in a transaction: it cannot be rolled back. "
							+ "Use RestoreOperations outside the transaction");
			case PITR_COMMAND ->
				refuse(Reason.NOT_ALLOWED_IN_TRANSACTION, "PITR statements are refused by the server in a transaction. "
						+ "Use PitrOperations, which carries them out after the commit, or send them outside of it");
			case CLONE_TABLE -> refuseIf(state.hasModifiedSource(statement), Reason.UNCOMMITTED_CHANGES,
					CloneRefusals.tableModified(String.valueOf(statement.table())));
			case CLONE_DATABASE ->
				refuseIf(state.activity().hasWritten(), Reason.UNCOMMITTED_CHANGES, CloneRefusals.databaseAfterWrite());
			case BRANCH_CREATE -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"DATA BRANCH CREATE is refused in a transaction: rows that the same transaction writes into the "
							+ "branch would never show in its diff or merge. Create the branch outside the transaction");
			case BRANCH_DELETE -> refuseIf(!state.deletesBranch(), Reason.NOT_ALLOWED_IN_TRANSACTION,
					"DATA BRANCH DELETE is refused in a transaction. Delete the branch after the commit");
			case BRANCH_PICK -> refuse(Reason.NOT_ALLOWED_IN_TRANSACTION,
					"DATA BRANCH PICK is refused in a transaction. Pick outside of it");
			case MODIFY, OTHER ->
				refuseIf(state.mayModifyOwnClone(statement), Reason.NOT_ALLOWED_IN_TRANSACTION, OWN_CLONE);
			case BRANCH_MERGE -> {
				refuseIf(state.activity().hasCloned(), Reason.NOT_ALLOWED_IN_TRANSACTION, OWN_CLONE);
				refuseIf(state.hasWrittenTable(statement), Reason.UNCOMMITTED_CHANGES,
						"DATA BRANCH MERGE of " + statement.table()
								+ " is refused: this transaction has written to it, and "
								+ "the merge would leave these changes out. Commit them first, then merge");
			}
			default -> {
			}
		}
	}

	private static void checkSet(SqlStatement statement, State state) throws SQLException {
		refuseIf(state.activity().holdsWritesOrLocks() && !state.survivesSet(), Reason.NOT_ALLOWED_IN_TRANSACTION,
				"SET is refused after the transaction has written or locked rows: any SET commits it (MO#26872). "
						+ "Set session variables with spring.datasource.hikari.connection-init-sql, or before "
						+ "the first write");
		SessionChange change = statement.sessionChange();
		refuseIf(change == null || !change.certain(), Reason.NOT_ALLOWED_IN_TRANSACTION,
				"This SET is refused in a transaction: what it changes of the session cannot be told and taken back, and "
						+ "the connection's next user would find it. Send it outside of the transaction, or with "
						+ "spring.datasource.hikari.connection-init-sql");
	}

	private static void refuseIf(boolean condition, Reason reason, String message) throws SQLException {
		if (condition) {
			refuse(reason, message);
		}
	}

	private static void refuse(Reason reason, String message) throws SQLException {
		throw new StatementRefusedException(reason, message);
	}

}
