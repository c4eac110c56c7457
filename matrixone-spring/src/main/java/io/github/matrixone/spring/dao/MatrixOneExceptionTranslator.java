package io.github.matrixone.spring.dao;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

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
import org.springframework.jdbc.support.AbstractFallbackSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

import io.github.matrixone.spring.sql.SqlStatement;

/**
 * Translates MatrixOne's errors. Those that the server reports as {@code 20101 internal
 * error} are told apart by their text; conflicts become the
 * {@link ConcurrencyFailureException}s that are worth a retry of the whole transaction.
 * What it does not know goes to Spring's own {@link SQLExceptionSubclassTranslator}.
 * Thread-safe.
 *
 * @since 0.1
 */
public class MatrixOneExceptionTranslator extends AbstractFallbackSQLExceptionTranslator {

	private static final int INTERNAL_ERROR = 20101;

	/**
	 * Create a translator that falls back to Spring's own.
	 */
	public MatrixOneExceptionTranslator() {
		setFallbackTranslator(new SQLExceptionSubclassTranslator());
	}

	@Override
	protected @Nullable DataAccessException doTranslate(String task, @Nullable String sql, SQLException ex) {
		if (ex instanceof StatementRefusedException refused) {
			return refused(sql, refused);
		}
		if (ex instanceof CommitOutcomeUnknownSQLException) {
			return new CommitOutcomeUnknownException(buildMessage(task, sql, ex), sql, ex);
		}
		DataAccessException translated = byText(task, sql, ex);
		return (translated != null) ? translated : byCode(task, sql, ex);
	}

	private DataAccessException refused(@Nullable String sql, StatementRefusedException ex) {
		String message = String.valueOf(ex.getMessage());
		return switch (ex.getReason()) {
			case UNCOMMITTED_CHANGES -> new UncommittedChangesException(message, sql, ex);
			case NOT_ALLOWED_IN_TRANSACTION, READ_ONLY -> new NotAllowedInTransactionException(message, sql, ex);
			case TRANSACTION_LOST -> new TransactionLostException(message, sql, ex);
			case UNSUPPORTED -> new UnsupportedByServerException(message, sql, ex);
		};
	}

	private @Nullable DataAccessException byText(String task, @Nullable String sql, SQLException ex) {
		String text = (ex.getMessage() != null) ? ex.getMessage().toLowerCase(Locale.ROOT) : "";
		if (ex.getErrorCode() == INTERNAL_ERROR) {
			return internalError(task, sql, ex, text);
		}
		String message = buildMessage(task, sql, ex);
		return switch (ex.getErrorCode()) {
			case 0 -> driverError(task, message, sql, ex);
			case 1007, 1050 -> isClone(sql) ? new CloneTargetExistsException(
					message + "; drop it first, or use CloneOptions.ifNotExists()", sql, ex) : null;
			case 1049 -> new DatabaseNotFoundException(message, sql, ex);
			case 1064 -> (isClone(sql) && text.endsWith("does not exist"))
					? new TableNotFoundException(message + "; there is no such table to clone", sql, ex) : null;
			case 1105 -> text.contains("context canceled") ? new QueryTimeoutException(message, ex) : null;
			case 20301 -> invalidInput(task, message, sql, ex, text);
			case 20638 -> new CommitOutcomeUnknownException(
					message + "; the transaction may be committed or not: look before trying again", sql, ex);
			default -> null;
		};
	}

	/**
	 * Spring takes the states by which the driver reports its own errors, such as a
	 * closed statement, for transient ones.
	 */
	private @Nullable DataAccessException driverError(String task, String message, @Nullable String sql,
			SQLException ex) {
		if (ex.getSQLState() == null || !ex.getSQLState().startsWith("S1")) {
			return null;
		}
		return ex.getSQLState().equals("S1009") ? new InvalidDataAccessApiUsageException(message, ex)
				: new UncategorizedSQLException(task, sql, ex);
	}

	private DataAccessException invalidInput(String task, String message, @Nullable String sql, SQLException ex,
			String text) {
		if (text.contains("invalid default value for column") || text.contains("beyond the range")) {
			return new DataIntegrityViolationException(message, ex);
		}
		if (text.contains("column ") && text.endsWith("does not exist")) {
			return new BadSqlGrammarException(task, String.valueOf(sql), ex);
		}
		return new InvalidDataAccessResourceUsageException(message, ex);
	}

	private @Nullable DataAccessException internalError(String task, @Nullable String sql, SQLException ex,
			String text) {
		String message = buildMessage(task, sql, ex);
		if (text.contains("do not have privilege") || text.contains("only sys tenant")
				|| text.contains("non-sys account")) {
			return new MissingPrivilegeException(message + "; " + privilegeFor(sql, text), sql, ex);
		}
		if (text.contains("unclassified statement appears in uncommitted transaction")
				|| text.contains("unsupported in transactions")) {
			return new NotAllowedInTransactionException(
					message + "; run it outside the transaction, or after its commit", sql, ex);
		}
		if (text.contains("snapshot") && text.endsWith("already exists")) {
			return new SnapshotAlreadyExistsException(message, sql, ex);
		}
		if (text.contains("find 0 snapshot records")
				|| (text.startsWith("internal error: snapshot ") && text.endsWith("does not exist"))) {
			return new SnapshotNotFoundException(message, sql, ex);
		}
		if (text.contains("does not belong to") || text.contains("does not match snapshot")
				|| text.contains("from db or table level snapshot") || text.contains("level snapshot to clone")) {
			return new SnapshotScopeMismatchException(message, sql, ex);
		}
		if (text.startsWith("internal error: database ") && text.endsWith("does not exist")) {
			return new DatabaseNotFoundException(message, sql, ex);
		}
		if (text.startsWith("internal error: table ")
				&& (text.endsWith("does not exist") || text.contains("not exists at snapshot"))) {
			return new TableNotFoundException(message, sql, ex);
		}
		if (text.contains("savepoint has not been implemented") || text.contains("between different accounts need")) {
			return new UnsupportedByServerException(message, sql, ex);
		}
		if (text.contains("foreign key constraint fails") || text.contains("referenced by some foreign key constraint")
				|| text.contains("is larger than dest length")) {
			return new DataIntegrityViolationException(message, ex);
		}
		if (text.startsWith("internal error: column ") && text.contains("not found in table")) {
			return new BadSqlGrammarException(task, String.valueOf(sql), ex);
		}
		if (text.contains("invalid input") || text.contains("invalid table name") || text.contains("no such account")
				|| (text.startsWith("internal error: account ") && text.endsWith("does not exist"))) {
			return new InvalidDataAccessResourceUsageException(message, ex);
		}
		return null;
	}

	private @Nullable DataAccessException byCode(String task, @Nullable String sql, SQLException ex) {
		String message = buildMessage(task, sql, ex);
		return switch (ex.getErrorCode()) {
			case 1062, 20305, 20617, 20623 -> new DuplicateKeyException(message, ex);
			case 1048, 1217, 1264, 1406, 1451, 1452, 1690, 3819 -> new DataIntegrityViolationException(message, ex);
			case 1050, 1054, 1060, 1061, 1064, 1067, 1068, 1069, 1070, 1072, 1090, 1091, 1101, 1110, 1113, 1136, 1146,
					1149, 1166, 1171, 1172, 1176, 1222, 1241, 1242, 1248, 1280, 1426, 1461 ->
				new BadSqlGrammarException(task, String.valueOf(sql), ex);
			case 20601, 20603, 20618, 20619, 20622 -> new OptimisticLockingFailureException(message, ex);
			case 20628, 20629, 20630, 20631, 20632 -> new ConcurrencyFailureException(message, ex);
			case 1205, 20701, 20709 -> new CannotAcquireLockException(message, ex);
			case 20702, 20703, 20704, 20706, 20707 -> new PessimisticLockingFailureException(message, ex);
			case 20102, 20105, 20600, 20602, 20611, 20612 -> new InvalidDataAccessResourceUsageException(message, ex);
			case 20106, 20500, 20502, 20503, 20504, 20505, 20506, 20507, 20508, 20634, 20635, 20705, 20708 ->
				new TransientDataAccessResourceException(message, ex);
			case 3015 -> new DataAccessResourceFailureException(message, ex);
			case 1317, 3024 -> new QueryTimeoutException(message, ex);
			default -> null;
		};
	}

	private static String privilegeFor(@Nullable String sql, String text) {
		if (text.contains("sys")) {
			return "only an administrator of the sys account may do this";
		}
		if (sql != null && sql.contains("mo_ctl")) {
			return "only an administrator of the sys account may call mo_ctl";
		}
		boolean accountWide = kinds(sql).stream()
			.anyMatch((kind) -> kind == SqlStatement.Kind.SNAPSHOT_COMMAND || kind == SqlStatement.Kind.SHOW_SNAPSHOTS
					|| kind == SqlStatement.Kind.RESTORE || kind == SqlStatement.Kind.PITR_COMMAND);
		return accountWide
				? "snapshots and restores need the administrator of the account: role accountadmin, in the sys account moadmin"
				: "the user's role needs a privilege on what the statement names, or SELECT on mo_catalog, where the "
						+ "starter looks it up";
	}

	private static boolean isClone(@Nullable String sql) {
		return kinds(sql).stream()
			.anyMatch((kind) -> kind == SqlStatement.Kind.CLONE_TABLE || kind == SqlStatement.Kind.CLONE_TABLE_AT
					|| kind == SqlStatement.Kind.CLONE_DATABASE || kind == SqlStatement.Kind.CLONE_DATABASE_AT);
	}

	private static List<SqlStatement.Kind> kinds(@Nullable String sql) {
		return (sql != null) ? SqlStatement.parse(sql).stream().map(SqlStatement::kind).toList() : List.of();
	}

}
