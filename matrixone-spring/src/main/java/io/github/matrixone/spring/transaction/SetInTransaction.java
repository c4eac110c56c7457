package io.github.matrixone.spring.transaction;

import java.sql.SQLException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@code SET} leaves a transaction open on a server. It is found out when one
 * is sent for the first time that would have been refused otherwise.
 */
final class SetInTransaction {

	private static final Log logger = LogFactory.getLog(SetInTransaction.class);

	private volatile @Nullable Boolean kept;

	/**
	 * Return whether it does, and find it out where that is not known.
	 */
	boolean isKept(SetProbe probe) {
		Boolean known = this.kept;
		return (known != null) ? known : tryOut(probe);
	}

	/**
	 * Return whether it is known that it does.
	 */
	boolean isKnownToBeKept() {
		return Boolean.TRUE.equals(this.kept);
	}

	private boolean tryOut(SetProbe probe) {
		try {
			boolean found = probe.isTransactionKept();
			this.kept = found;
			return found;
		}
		catch (SQLException ex) {
			logger.debug("Whether SET leaves a transaction open could not be found out, and is tried again", ex);
			return false;
		}
	}

}
