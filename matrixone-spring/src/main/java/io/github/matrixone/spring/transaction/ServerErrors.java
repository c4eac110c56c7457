package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;

import io.github.matrixone.spring.dao.MatrixOneError;

/**
 * What an error means for the transaction in which it came.
 *
 * @since 0.1
 */
public final class ServerErrors {

	private ServerErrors() {
	}

	/**
	 * Return whether the transaction in which an error came is gone: the server has
	 * dropped it, or no longer knows it.
	 */
	static boolean endTransaction(SQLException ex) {
		return switch (MatrixOneError.of(ex)) {
			case LOCK_WAIT_TIMEOUT, BACKEND_CLOSED, NO_BACKEND, BACKEND_UNREACHABLE, TRANSACTION_CLOSED,
					MISSING_TRANSACTION, TRANSACTION_NOT_FOUND, TRANSACTION_NOT_ACTIVE, NODE_RESTARTING, COMMIT_UNKNOWN,
					DEADLOCK, LOCK_TABLE_MOVED, NO_LOCK_TABLE, DEADLOCK_CHECK_BUSY, LOCK_CONFLICT,
					REMOTE_LOCK_WAIT_TIMEOUT ->
				true;
			default -> hasState(ex, "40001") || isConnectionFailure(ex);
		};
	}

	/**
	 * Return whether a failed statement that commits by itself may have been carried out
	 * all the same: its status is unknown, or a part of the server did not answer.
	 */
	static boolean leaveOutcomeUnknown(SQLException ex) {
		return switch (MatrixOneError.of(ex)) {
			case RPC_TIMEOUT, CLIENT_CLOSED, BACKEND_CLOSED, STREAM_CLOSED, NO_BACKEND, BACKEND_UNREACHABLE,
					SERVICE_UNAVAILABLE, CONNECTION_RESET, COMMIT_UNKNOWN ->
				true;
			default -> isConnectionFailure(ex);
		};
	}

	/**
	 * Return whether a failed commit may have been carried out all the same.
	 */
	static boolean leaveCommitUnknown(SQLException ex) {
		return leaveOutcomeUnknown(ex) || leaveAnswersOutOfStep(ex)
				|| MatrixOneError.of(ex) == MatrixOneError.QUERY_INTERRUPTED;
	}

	/**
	 * Return whether the connection must not be used any more, because after an error
	 * that the server does not classify it may send a second one, which is then taken for
	 * the answer to the next statement (v4.2.0, no issue known).
	 * @param ex the error
	 * @return whether to cut the connection
	 */
	public static boolean leaveAnswersOutOfStep(SQLException ex) {
		return ex.getErrorCode() == MatrixOneError.UNCLASSIFIED.code();
	}

	/**
	 * Return whether the connection itself has failed, so that the server rolls back by
	 * itself what was not committed.
	 * @param ex the error
	 * @return whether the connection has failed
	 */
	public static boolean isConnectionFailure(SQLException ex) {
		return hasState(ex, "08") || ex instanceof SQLNonTransientConnectionException
				|| ex instanceof SQLTransientConnectionException || ex instanceof SQLRecoverableException;
	}

	private static boolean hasState(SQLException ex, String prefix) {
		return ex.getSQLState() != null && ex.getSQLState().startsWith(prefix);
	}

}
