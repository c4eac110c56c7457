package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/**
 * What an error means for the transaction in which it came.
 *
 * @since 0.1
 */
public final class ServerErrors {

	private static final int UNCLASSIFIED_ERROR = 1105;

	/**
	 * Codes after which the server has dropped the transaction, or no longer knows it:
	 * deadlock, lock wait timeout, changed or missing lock tables, lost backends, closed
	 * and missing transactions.
	 */
	private static final Set<Integer> ENDS_TRANSACTION = Set.of(1205, 20502, 20504, 20505, 20600, 20602, 20611, 20612,
			20634, 20638, 20701, 20702, 20703, 20704, 20706, 20709);

	/**
	 * Codes that leave open whether a commit, or a statement that commits by itself, was
	 * carried out: its status is unknown, or a part of the server did not answer.
	 */
	private static final Set<Integer> OUTCOME_UNKNOWN = Set.of(20500, 20501, 20502, 20503, 20504, 20505, 20506, 20507,
			20638);

	/**
	 * Codes of errors that the server does not classify, and of interrupted statements.
	 */
	private static final Set<Integer> UNCLASSIFIED = Set.of(UNCLASSIFIED_ERROR, 1317);

	private ServerErrors() {
	}

	/**
	 * Return whether the transaction in which an error came is gone.
	 */
	static boolean endTransaction(SQLException ex) {
		return ENDS_TRANSACTION.contains(ex.getErrorCode()) || hasState(ex, "40001") || isConnectionFailure(ex);
	}

	/**
	 * Return whether a failed statement that commits by itself may have been carried out
	 * all the same.
	 */
	static boolean leaveOutcomeUnknown(SQLException ex) {
		return OUTCOME_UNKNOWN.contains(ex.getErrorCode()) || isConnectionFailure(ex);
	}

	/**
	 * Return whether a failed commit may have been carried out all the same.
	 */
	static boolean leaveCommitUnknown(SQLException ex) {
		return leaveOutcomeUnknown(ex) || UNCLASSIFIED.contains(ex.getErrorCode());
	}

	/**
	 * Return whether the connection must not be used any more, because after an error
	 * that the server does not classify it may send a second one, which is then taken for
	 * the answer to the next statement (v4.2.0, no issue known).
	 * @param ex the error
	 * @return whether to cut the connection
	 */
	public static boolean leaveAnswersOutOfStep(SQLException ex) {
		return ex.getErrorCode() == UNCLASSIFIED_ERROR;
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
