package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * What follows the end of a transaction that has cloned: a clone that was not committed
 * is dropped.
 */
final class CloneCompletion implements TransactionSynchronization {

	private static final Log logger = LogFactory.getLog(CloneCompletion.class);

	private final CloneWork work;

	private final OwnConnections ownConnections;

	private boolean hasFailed;

	CloneCompletion(CloneWork work, OwnConnections ownConnections) {
		this.work = work;
		this.ownConnections = ownConnections;
	}

	/**
	 * Take note that the clone has failed, while its transaction goes on.
	 */
	void failed() {
		this.hasFailed = true;
	}

	@Override
	public void afterCompletion(int status) {
		try (Connection own = this.ownConnections.getConnection()) {
			if (status == STATUS_COMMITTED && !this.hasFailed) {
				this.work.checkForeignKeys(own, true);
			}
			else {
				this.work.drop(own);
			}
		}
		catch (SQLException ex) {
			logger.error("After its transaction this clone could not be finished or dropped: " + this.work.target(),
					ex);
		}
	}

}
