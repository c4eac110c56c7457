package io.github.matrixone.spring.dao;

import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
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

	private static final Pattern NEAR_SKIP_LOCKED = Pattern.compile("near \"\\s*(skip\\s+locked|nowait)\\b",
			Pattern.CASE_INSENSITIVE);

	private static final String NO_SKIP_LOCKED = ". MatrixOne has neither SKIP LOCKED nor NOWAIT: leave it out, or "
			+ "choose the setting of the library that does; see docs/libraries.md";

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
		String state = MatrixOneError.of(ex).sqlState();
		String cure = cure(ex);
		if (state == null || (cure == null && state.equals(ex.getSQLState()) && ex.getClass() != SQLException.class)) {
			return ex;
		}
		return withState(ex, state, (cure != null) ? ex.getMessage() + cure : ex.getMessage());
	}

	private static SQLException ofBatch(BatchUpdateException ex) {
		String state = MatrixOneError.of(ex).sqlState();
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

	/**
	 * Return what to do about statements that libraries send to a MySQL.
	 */
	private static @Nullable String cure(SQLException ex) {
		String message = String.valueOf(ex.getMessage());
		if (ex.getErrorCode() == MatrixOneError.PARSE_ERROR.code() && !message.endsWith(NO_SKIP_LOCKED)
				&& NEAR_SKIP_LOCKED.matcher(message).find()) {
			return NO_SKIP_LOCKED;
		}
		return null;
	}

}
