package io.github.matrixone.spring.dao;

import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Gives the server's errors the SQLState and the class that Connector/J has for the same
 * fault of a MySQL: almost all of MatrixOne's have {@code HY000}, by which neither
 * Spring's own translators nor {@code catch} clauses can tell them apart. Message and
 * vendor code stay as they are, and the driver's exception is the cause. The message
 * about {@code SKIP LOCKED}, which some libraries send, tells what to do.
 *
 * @since 0.1
 */
public final class MySqlErrors {

	private static final String CONSTRAINT = "23000";

	private static final String TOO_LONG = "22001";

	private static final String OUT_OF_RANGE = "22003";

	private static final String CONFLICT = "40001";

	private static final String SYNTAX = "42000";

	private static final String NO_TABLE = "42S02";

	private static final String NO_COLUMN = "42S22";

	private static final int SYNTAX_ERROR = 1064;

	private static final Pattern NEAR_SKIP_LOCKED = Pattern.compile("near \"\\s*(skip\\s+locked|nowait)\\b",
			Pattern.CASE_INSENSITIVE);

	private static final String NO_SKIP_LOCKED = ". MatrixOne has neither SKIP LOCKED nor NOWAIT: leave it out, or "
			+ "choose the setting of the library that does; see docs/libraries.md";

	private static final Map<Integer, String> STATES = states();

	private MySqlErrors() {
	}

	/**
	 * Return what a MySQL's driver would throw.
	 * @param ex an error that the server has reported
	 * @return one with MySQL's SQLState and class, or the same one if it has them or
	 * MySQL has no such error
	 */
	public static SQLException of(SQLException ex) {
		if (ex instanceof StatementRefusedException || ex instanceof CommitOutcomeUnknownSQLException) {
			return ex;
		}
		if (ex instanceof BatchUpdateException batch) {
			return ofBatch(batch);
		}
		String state = state(ex);
		String cure = cure(ex);
		if (state == null || (cure == null && state.equals(ex.getSQLState()) && ex.getClass() != SQLException.class)) {
			return ex;
		}
		return withState(ex, state, (cure != null) ? ex.getMessage() + cure : ex.getMessage());
	}

	private static SQLException ofBatch(BatchUpdateException ex) {
		String state = state(ex);
		if (state == null || state.equals(ex.getSQLState())) {
			return ex;
		}
		Throwable cause = (ex.getCause() instanceof SQLException failure) ? of(failure) : ex;
		BatchUpdateException batch = new BatchUpdateException(ex.getMessage(), state, ex.getErrorCode(),
				ex.getLargeUpdateCounts(), cause);
		batch.setNextException(ex.getNextException());
		return batch;
	}

	private static SQLException withState(SQLException ex, String state, @Nullable String message) {
		int code = ex.getErrorCode();
		SQLException translated = switch (state.substring(0, 2)) {
			case "22" -> new SQLDataException(message, state, code, ex);
			case "23" -> new SQLIntegrityConstraintViolationException(message, state, code, ex);
			case "40" -> new SQLTransactionRollbackException(message, state, code, ex);
			case "42" -> new SQLSyntaxErrorException(message, state, code, ex);
			default -> new SQLException(message, state, code, ex);
		};
		translated.setNextException(ex.getNextException());
		return translated;
	}

	private static @Nullable String state(SQLException ex) {
		String text = (ex.getMessage() != null) ? ex.getMessage().toLowerCase(Locale.ROOT) : "";
		String state = switch (ex.getErrorCode()) {
			case SYNTAX_ERROR -> (text.contains("table \"") && text.endsWith("does not exist")) ? NO_TABLE : null;
			case 20101 -> ofInternalError(text);
			case 20301 -> ofInvalidInput(text);
			default -> null;
		};
		return (state != null) ? state : STATES.get(ex.getErrorCode());
	}

	/**
	 * Return what to do about statements that libraries send to a MySQL.
	 */
	private static @Nullable String cure(SQLException ex) {
		String message = String.valueOf(ex.getMessage());
		if (ex.getErrorCode() == SYNTAX_ERROR && !message.endsWith(NO_SKIP_LOCKED)
				&& NEAR_SKIP_LOCKED.matcher(message).find()) {
			return NO_SKIP_LOCKED;
		}
		return null;
	}

	private static @Nullable String ofInternalError(String text) {
		if (text.contains("foreign key constraint fails") || text.contains("referenced by some foreign key constraint")
				|| text.contains("cannot delete or update a parent row")
				|| text.contains("cannot add or update a child row")) {
			return CONSTRAINT;
		}
		if (text.contains("is larger than dest length")) {
			return TOO_LONG;
		}
		if (text.startsWith("internal error: column ") && text.contains("not found in table")) {
			return NO_COLUMN;
		}
		if (text.startsWith("internal error: table ") && text.endsWith("does not exist")) {
			return NO_TABLE;
		}
		return text.contains("do not have privilege") ? SYNTAX : null;
	}

	private static @Nullable String ofInvalidInput(String text) {
		if (text.contains("invalid default value for column")) {
			return CONSTRAINT;
		}
		if (text.contains("beyond the range")) {
			return OUT_OF_RANGE;
		}
		return (text.contains("column ") && text.endsWith("does not exist")) ? NO_COLUMN : null;
	}

	private static Map<Integer, String> states() {
		Map<Integer, String> states = new HashMap<>();
		// 3819 is NOT NULL as well.
		put(states, CONSTRAINT, 1048, 1062, 1217, 1451, 1452, 3819, 20305, 20617, 20623);
		put(states, TOO_LONG, 1406);
		put(states, OUT_OF_RANGE, 1264, 1690);
		put(states, "22012", 1365);
		put(states, CONFLICT, 1205, 20601, 20603, 20618, 20619, 20622, 20628, 20629, 20630, 20631, 20632, 20701, 20702,
				20703, 20704, 20706, 20707, 20709);
		put(states, "21000", 1222, 1241, 1242);
		put(states, "21S01", 1136);
		put(states, "42S01", 1050);
		put(states, NO_TABLE, 1146);
		put(states, "42S21", 1060);
		put(states, NO_COLUMN, 1054);
		put(states, SYNTAX, 1049, 1061, 1064, 1067, 1068, 1069, 1070, 1072, 1090, 1091, 1101, 1110, 1113, 1149, 1166,
				1171, 1172, 1176, 1248, 1280, 1426, 1461);
		return Map.copyOf(states);
	}

	private static void put(Map<Integer, String> states, String state, int... codes) {
		for (int code : codes) {
			states.put(code, state);
		}
	}

}
