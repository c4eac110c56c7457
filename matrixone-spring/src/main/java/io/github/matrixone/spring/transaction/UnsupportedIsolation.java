package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What becomes of a transaction that asks for an isolation level which the server does
 * not have: it is refused, or runs under READ COMMITTED.
 */
final class UnsupportedIsolation {

	private static final Log logger = LogFactory.getLog(UnsupportedIsolation.class);

	private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

	private volatile boolean downgrade;

	void setDowngrade(boolean downgrade) {
		this.downgrade = downgrade;
	}

	/**
	 * Refuse the level, or let it be READ COMMITTED and say so once.
	 */
	void require(String level) throws SQLException {
		if (!this.downgrade) {
			throw StatementRules.isolationRefused(level);
		}
		if (this.warnedOf.add(level)) {
			logger.warn("A transaction has asked for the isolation level " + level
					+ " and runs under READ COMMITTED, as matrixone.transaction.isolation=read-committed wants it: "
					+ "a row that it has read may change before it ends, and rows may be added to those that it has "
					+ "found. This is not said again of this level");
		}
	}

}
