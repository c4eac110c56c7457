package io.github.matrixone.spring.dao;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;

import io.github.matrixone.spring.sql.SqlStatement;

/**
 * The translation of one error. Apart from the translator so that its many classes are
 * loaded with the first error rather than at the start of an application.
 */
final class ErrorTranslation {

	private static final String ADMINISTRATOR = "taking and dropping snapshots, PITRs and restores need the "
			+ "administrator of the account: role accountadmin, in the sys account moadmin";

	private static final Pattern NAME = Pattern.compile("`([^`]*)`");

	private final String task;

	private final String message;

	private final @Nullable String sql;

	private final SQLException ex;

	private final Exception cause;

	/**
	 * Create a translation.
	 * @param task what was tried
	 * @param message the message of the exception to make
	 * @param sql the statement, if there is one
	 * @param ex the error
	 */
	ErrorTranslation(String task, String message, @Nullable String sql, SQLException ex) {
		this.task = task;
		this.message = message;
		this.sql = sql;
		this.ex = ex;
		this.cause = HibernateErrors.of(ex);
	}

	/**
	 * Return the exception, or {@code null} if the error is not known.
	 */
	@Nullable DataAccessException translate() {
		if (this.ex instanceof StatementRefusedException refused) {
			return refused(refused);
		}
		if (this.ex instanceof CommitOutcomeUnknownSQLException) {
			return new CommitOutcomeUnknownException(this.message, this.sql, this.ex);
		}
		return translate(MatrixOneError.of(this.ex));
	}

	private @Nullable DataAccessException translate(MatrixOneError error) {
		return switch (error) {
			case NONE -> driverError();
			case DATABASE_EXISTS -> isClone(this.sql) ? cloneTargetExists() : null;
			case TABLE_EXISTS -> isClone(this.sql) ? cloneTargetExists() : badSql();
			case UNKNOWN_DATABASE, NO_DATABASE, NO_DATABASE_AT_INSTANT ->
				new DatabaseNotFoundException(this.message, this.sql, this.ex);
			case UNKNOWN_TABLE, UNKNOWN_OBJECT ->
				isClone(this.sql) ? tableNotFound(this.message + "; there is no such table to clone") : badSql();
			case NO_TABLE, NO_TABLE_AT_SNAPSHOT, NO_TABLE_AT_INSTANT -> tableNotFound(this.message);
			case SNAPSHOT_EXISTS -> new SnapshotAlreadyExistsException(
					this.message + SnapshotAlreadyExistsException.CURE, this.sql, this.ex);
			case NO_SNAPSHOT -> new SnapshotNotFoundException(this.message, this.sql, this.ex);
			case NOT_IN_SNAPSHOT -> new SnapshotScopeMismatchException(this.message, this.sql, this.ex);
			case NO_LIST_OF_PITRS, NO_LIST_OF_PITRS_HERE -> new UnsupportedByServerException(this.message
					+ "; the server keeps the list of PITRs in the sys account, where they can be read. Have an "
					+ "administrator of that account create a PITR of this account, and restore by it; SHOW PITR shows "
					+ "those that were made here with plain SQL", this.sql, this.ex);
			case NO_LIST_OF_BRANCHES, NO_LIST_OF_BRANCHES_HERE -> new UnsupportedByServerException(this.message
					+ "; the server keeps the list of branches in the sys account, where it can be read. Connect as a "
					+ "user of that account to work with branches, or send DATA BRANCH as SQL text, outside of "
					+ "transactions", this.sql, this.ex);
			case PITR_EXISTS, HAS_PITR -> new PitrAlreadyExistsException(this.message, this.sql, this.ex);
			case NO_PITR -> new PitrNotFoundException(this.message, this.sql, this.ex);
			case NOT_IN_PITR -> new PitrScopeMismatchException(this.message, this.sql, this.ex);
			case OUTSIDE_RECOVERY_WINDOW -> new OutsideRecoveryWindowException(
					this.message + "; PitrOperations.recoveryWindow says what can be restored", this.sql, this.ex);
			case MISSING_PRIVILEGE, SYS_ACCOUNT_ONLY ->
				new MissingPrivilegeException(this.message + "; " + privilege(), this.sql, this.ex);
			case NOT_IN_TRANSACTION -> new NotAllowedInTransactionException(
					this.message + "; run it outside the transaction, or after its commit", this.sql, this.ex);
			case UNSUPPORTED -> new UnsupportedByServerException(this.message, this.sql, this.ex);
			case COMMIT_UNKNOWN -> new CommitOutcomeUnknownException(
					this.message + "; the transaction may be committed or not: look before trying again", this.sql,
					this.ex);
			case DUPLICATE_ENTRY, STORED_DUPLICATE, POSSIBLE_DUPLICATE, DUPLICATE_PRIMARY_KEY ->
				new DuplicateKeyException(this.message, this.cause);
			case COLUMN_IS_NULL, CONSTRAINT_VIOLATION, NO_VALUE, ROW_IS_REFERENCED, ROW_IS_REFERENCED_2,
					NO_REFERENCED_ROW, FOREIGN_KEY_FAILS, TABLE_IS_REFERENCED, TABLE_HAS_REFERENCES,
					OUT_OF_COLUMN_RANGE, OUT_OF_RANGE, BEYOND_RANGE, DATA_TOO_LONG, CAST_TOO_LONG, DIVISION_BY_ZERO ->
				new DataIntegrityViolationException(this.message, this.cause);
			case WRITE_CONFLICT, UNRESOLVED_CONFLICT, READ_WRITE_CONFLICT, WRITE_WRITE_CONFLICT, READ_CONFLICT ->
				new OptimisticLockingFailureException(this.message, this.cause);
			case RETRY, STORAGE_RETRY, CANNOT_RETRY, RETRY_CHANGED_TABLE, STALE ->
				new ConcurrencyFailureException(this.message, this.cause);
			case LOCK_WAIT_TIMEOUT, DEADLOCK, REMOTE_LOCK_WAIT_TIMEOUT ->
				new CannotAcquireLockException(this.message, this.cause);
			case LOCK_TABLE_MOVED, NO_LOCK_TABLE, DEADLOCK_CHECK_BUSY, LOCK_CONFLICT, TOO_MANY_LOCKS ->
				new PessimisticLockingFailureException(this.message, this.cause);
			case NOT_YET_IMPLEMENTED, NOT_SUPPORTED, INVALID_NAME, INVALID_INPUT, TRANSACTION_CLOSED,
					MISSING_TRANSACTION, TRANSACTION_NOT_FOUND, TRANSACTION_NOT_ACTIVE ->
				new InvalidDataAccessResourceUsageException(this.message, this.cause);
			case DISPATCH_NOT_REGISTERED, RPC_TIMEOUT, BACKEND_CLOSED, STREAM_CLOSED, NO_BACKEND, BACKEND_UNREACHABLE,
					SERVICE_UNAVAILABLE, CONNECTION_RESET, NODES_BUSY, NODE_RESTARTING, NO_TRANSACTION_WHILE_RESTARTING,
					ORPHAN, ORPHAN_OF_NODE ->
				new TransientDataAccessResourceException(this.message, this.cause);
			case OUT_OF_MEMORY -> new DataAccessResourceFailureException(this.message, this.cause);
			case QUERY_CANCELED, QUERY_INTERRUPTED, QUERY_TIMEOUT ->
				new QueryTimeoutException(this.message, this.cause);
			default -> isBadSql(error.sqlState()) ? badSql() : null;
		};
	}

	private DataAccessException refused(StatementRefusedException refused) {
		String message = String.valueOf(refused.getMessage());
		return switch (refused.getReason()) {
			case UNCOMMITTED_CHANGES -> new UncommittedChangesException(message, this.sql, this.ex);
			case NOT_ALLOWED_IN_TRANSACTION, READ_ONLY ->
				new NotAllowedInTransactionException(message, this.sql, this.ex);
			case TRANSACTION_LOST -> new TransactionLostException(message, this.sql, this.ex);
			case UNSUPPORTED -> new UnsupportedByServerException(message, this.sql, this.ex);
		};
	}

	/**
	 * Spring takes the states by which the driver reports its own errors, such as a
	 * closed statement, for transient ones.
	 */
	private @Nullable DataAccessException driverError() {
		if (this.ex.getSQLState() == null || !this.ex.getSQLState().startsWith("S1")) {
			return null;
		}
		return this.ex.getSQLState().equals("S1009") ? new InvalidDataAccessApiUsageException(this.message, this.cause)
				: new UncategorizedSQLException(this.task, this.sql, this.ex);
	}

	/**
	 * Return whether MySQL has a state for an error that says of a statement that it is
	 * wrong by itself.
	 */
	private static boolean isBadSql(@Nullable String sqlState) {
		return sqlState != null && (sqlState.startsWith("42") || sqlState.startsWith("21"));
	}

	private BadSqlGrammarException badSql() {
		return new BadSqlGrammarException(this.task, String.valueOf(this.sql), this.ex);
	}

	private CloneTargetExistsException cloneTargetExists() {
		return new CloneTargetExistsException(
				this.message + "; drop it first, or use CloneOptions.defaults().ifNotExists()", this.sql, this.ex);
	}

	private TableNotFoundException tableNotFound(String message) {
		boolean dot = this.sql != null
				&& NAME.matcher(this.sql).results().anyMatch((name) -> name.group(1).contains("."));
		return new TableNotFoundException(dot ? message + TableNotFoundException.DOT : message, this.sql, this.ex);
	}

	private String privilege() {
		if (String.valueOf(this.ex.getMessage()).toLowerCase(Locale.ROOT).contains("sys")) {
			return "only an administrator of the sys account may do this";
		}
		if (this.sql != null && this.sql.contains("mo_ctl")) {
			return "only an administrator of the sys account may call mo_ctl";
		}
		if (this.sql != null && this.sql.contains("mo_catalog.mo_snapshots")) {
			return "looking up a snapshot needs SELECT on mo_catalog.mo_snapshots; " + ADMINISTRATOR;
		}
		boolean accountWide = kinds(this.sql).stream()
			.anyMatch((kind) -> kind == SqlStatement.Kind.SNAPSHOT_COMMAND || kind == SqlStatement.Kind.SHOW_SNAPSHOTS
					|| kind == SqlStatement.Kind.RESTORE || kind == SqlStatement.Kind.PITR_COMMAND);
		return accountWide ? ADMINISTRATOR
				: "the user's role needs a privilege on what the statement names, or SELECT on mo_catalog, where the "
						+ "starter looks it up";
	}

	private static boolean isClone(@Nullable String sql) {
		return kinds(sql).stream().anyMatch(SqlStatement.Kind::isClone);
	}

	private static List<SqlStatement.Kind> kinds(@Nullable String sql) {
		return (sql != null) ? SqlStatement.parse(sql).stream().map(SqlStatement::kind).toList() : List.of();
	}

}
