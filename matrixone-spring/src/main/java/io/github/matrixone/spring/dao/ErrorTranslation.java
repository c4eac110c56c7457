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

	private static final int INTERNAL_ERROR = 20101;

	private static final Pattern NAME = Pattern.compile("`([^`]*)`");

	private final String task;

	private final String message;

	private final @Nullable String sql;

	private final SQLException ex;

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
		DataAccessException translated = byText();
		return (translated != null) ? translated : byCode();
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

	private @Nullable DataAccessException byText() {
		String text = (this.ex.getMessage() != null) ? this.ex.getMessage().toLowerCase(Locale.ROOT) : "";
		if (this.ex.getErrorCode() == INTERNAL_ERROR) {
			return internalError(text);
		}
		return switch (this.ex.getErrorCode()) {
			case 0 -> driverError();
			case 1007,
					1050 ->
				isClone(this.sql) ? new CloneTargetExistsException(
						this.message + "; drop it first, or use CloneOptions.defaults().ifNotExists()", this.sql,
						this.ex) : null;
			case 1049 -> new DatabaseNotFoundException(this.message, this.sql, this.ex);
			case 1064 -> (isClone(this.sql) && text.endsWith("does not exist"))
					? tableNotFound(this.message + "; there is no such table to clone") : null;
			case 1105 -> text.contains("context canceled") ? new QueryTimeoutException(this.message, this.ex) : null;
			case 20301 -> invalidInput(text);
			case 20638 -> new CommitOutcomeUnknownException(
					this.message + "; the transaction may be committed or not: look before trying again", this.sql,
					this.ex);
			default -> null;
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
		return this.ex.getSQLState().equals("S1009") ? new InvalidDataAccessApiUsageException(this.message, this.ex)
				: new UncategorizedSQLException(this.task, this.sql, this.ex);
	}

	private DataAccessException invalidInput(String text) {
		if (text.contains("invalid default value for column") || text.contains("beyond the range")) {
			return new DataIntegrityViolationException(this.message, this.ex);
		}
		if (text.contains("column ") && text.endsWith("does not exist")) {
			return new BadSqlGrammarException(this.task, String.valueOf(this.sql), this.ex);
		}
		return new InvalidDataAccessResourceUsageException(this.message, this.ex);
	}

	private @Nullable DataAccessException internalError(String text) {
		if (text.contains("do not have privilege") || text.contains("only sys tenant")
				|| text.contains("non-sys account")) {
			return new MissingPrivilegeException(this.message + "; " + privilegeFor(this.sql, text), this.sql, this.ex);
		}
		if (text.contains("unclassified statement appears in uncommitted transaction")
				|| text.contains("unsupported in transactions")) {
			return new NotAllowedInTransactionException(
					this.message + "; run it outside the transaction, or after its commit", this.sql, this.ex);
		}
		if (text.contains("snapshot") && text.endsWith("already exists")) {
			return new SnapshotAlreadyExistsException(this.message, this.sql, this.ex);
		}
		if (text.contains("find 0 snapshot records")
				|| (text.startsWith("internal error: snapshot ") && text.endsWith("does not exist"))) {
			return new SnapshotNotFoundException(this.message, this.sql, this.ex);
		}
		if (text.contains("does not belong to") || text.contains("does not match snapshot")
				|| text.contains("from db or table level snapshot") || text.contains("level snapshot to clone")) {
			return new SnapshotScopeMismatchException(this.message, this.sql, this.ex);
		}
		if (text.startsWith("internal error: database ") && text.endsWith("does not exist")) {
			return new DatabaseNotFoundException(this.message, this.sql, this.ex);
		}
		if (text.startsWith("internal error: table ")
				&& (text.endsWith("does not exist") || text.contains("not exists at snapshot"))) {
			return tableNotFound(this.message);
		}
		if (text.contains("savepoint has not been implemented") || text.contains("between different accounts need")) {
			return new UnsupportedByServerException(this.message, this.sql, this.ex);
		}
		if (text.contains("foreign key constraint fails") || text.contains("referenced by some foreign key constraint")
				|| text.contains("has been referenced by foreign keys")
				|| text.contains("is larger than dest length")) {
			return new DataIntegrityViolationException(this.message, this.ex);
		}
		if (text.startsWith("internal error: column ") && text.contains("not found in table")) {
			return new BadSqlGrammarException(this.task, String.valueOf(this.sql), this.ex);
		}
		if (text.contains("invalid input") || text.contains("invalid table name") || text.contains("no such account")
				|| (text.startsWith("internal error: account ") && text.endsWith("does not exist"))) {
			return new InvalidDataAccessResourceUsageException(this.message, this.ex);
		}
		return null;
	}

	private TableNotFoundException tableNotFound(String message) {
		boolean dot = this.sql != null
				&& NAME.matcher(this.sql).results().anyMatch((name) -> name.group(1).contains("."));
		return new TableNotFoundException(dot ? message + TableNotFoundException.DOT : message, this.sql, this.ex);
	}

	private @Nullable DataAccessException byCode() {
		return switch (this.ex.getErrorCode()) {
			case 1062, 20305, 20617, 20623 -> new DuplicateKeyException(this.message, this.ex);
			case 1048, 1217, 1264, 1406, 1451, 1452, 1690, 3819 ->
				new DataIntegrityViolationException(this.message, this.ex);
			case 1050, 1054, 1060, 1061, 1064, 1067, 1068, 1069, 1070, 1072, 1090, 1091, 1101, 1110, 1113, 1136, 1146,
					1149, 1166, 1171, 1172, 1176, 1222, 1241, 1242, 1248, 1280, 1426, 1461 ->
				new BadSqlGrammarException(this.task, String.valueOf(this.sql), this.ex);
			case 20601, 20603, 20618, 20619, 20622 -> new OptimisticLockingFailureException(this.message, this.ex);
			case 20628, 20629, 20630, 20631, 20632 -> new ConcurrencyFailureException(this.message, this.ex);
			case 1205, 20701, 20709 -> new CannotAcquireLockException(this.message, this.ex);
			case 20702, 20703, 20704, 20706, 20707 -> new PessimisticLockingFailureException(this.message, this.ex);
			case 20102, 20105, 20600, 20602, 20611, 20612 ->
				new InvalidDataAccessResourceUsageException(this.message, this.ex);
			case 20106, 20500, 20502, 20503, 20504, 20505, 20506, 20507, 20508, 20634, 20635, 20705, 20708 ->
				new TransientDataAccessResourceException(this.message, this.ex);
			case 3015 -> new DataAccessResourceFailureException(this.message, this.ex);
			case 1317, 3024 -> new QueryTimeoutException(this.message, this.ex);
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
		return kinds(sql).stream().anyMatch(SqlStatement.Kind::isClone);
	}

	private static List<SqlStatement.Kind> kinds(@Nullable String sql) {
		return (sql != null) ? SqlStatement.parse(sql).stream().map(SqlStatement::kind).toList() : List.of();
	}

}
