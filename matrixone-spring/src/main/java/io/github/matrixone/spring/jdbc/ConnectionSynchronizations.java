package io.github.matrixone.spring.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.transaction.TransactionOutcome;

/**
 * What follows the end of the transaction that is open on a connection. Within a
 * transaction of another manager Spring knows the synchronizations of that one alone,
 * which may end long before, or otherwise: then these wait for the end of their own.
 *
 * @since 0.1
 */
public final class ConnectionSynchronizations implements TransactionSynchronization, Ordered {

	private static final Log logger = LogFactory.getLog(ConnectionSynchronizations.class);

	private final MatrixOneConnection connection;

	private final List<TransactionSynchronization> all = new ArrayList<>();

	private boolean registered;

	private volatile @Nullable TransactionOutcome outcome;

	private ConnectionSynchronizations(MatrixOneConnection connection) {
		this.connection = connection;
	}

	/**
	 * Have a synchronization called when the transaction of a connection has ended:
	 * {@code afterCommit} and {@code afterCompletion}, and no other method of it.
	 * @param connection the connection, which is in a transaction of this thread
	 * @param synchronization what to call
	 */
	public static void register(MatrixOneConnection connection, TransactionSynchronization synchronization) {
		of(connection).all.add(synchronization);
	}

	/**
	 * Return the first of some synchronizations of the transaction of a connection.
	 */
	static <T> @Nullable T find(MatrixOneConnection connection, Class<T> type, Predicate<T> which) {
		for (TransactionSynchronization each : of(connection).all) {
			if (type.isInstance(each) && which.test(type.cast(each))) {
				return type.cast(each);
			}
		}
		return null;
	}

	private static ConnectionSynchronizations of(MatrixOneConnection connection) {
		if (TransactionSynchronizationManager
			.getResource(connection) instanceof ConnectionSynchronizations synchronizations
				&& synchronizations.outcome == null) {
			synchronizations.register();
			return synchronizations;
		}
		ConnectionSynchronizations synchronizations = new ConnectionSynchronizations(connection);
		synchronizations.register();
		TransactionSynchronizationManager.unbindResourceIfPossible(connection);
		TransactionSynchronizationManager.bindResource(connection, synchronizations);
		connection.whenEnded(synchronizations::ended);
		return synchronizations;
	}

	private void register() {
		if (!this.registered) {
			TransactionSynchronizationManager.registerSynchronization(this);
			this.registered = true;
		}
	}

	/**
	 * Those of the transaction that ends now are called after this.
	 */
	private void ended(TransactionOutcome outcome) {
		this.outcome = outcome;
		TransactionSynchronizationManager.unbindResourceIfPossible(this.connection);
		if (this.registered || this.all.isEmpty()) {
			return;
		}
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			register();
		}
		else {
			callAll(outcome);
		}
	}

	private void callAll(TransactionOutcome outcome) {
		if (outcome == TransactionOutcome.COMMITTED) {
			try {
				afterCommit();
			}
			catch (RuntimeException ex) {
				logger.error("The transaction is committed, but something that was to follow has failed", ex);
			}
		}
		int status = switch (outcome) {
			case COMMITTED -> STATUS_COMMITTED;
			case ROLLED_BACK -> STATUS_ROLLED_BACK;
			case UNKNOWN -> STATUS_UNKNOWN;
		};
		afterCompletion(status);
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * A transaction may have been rolled back by a statement, of which its manager knows
	 * nothing.
	 */
	@Override
	public void afterCommit() {
		if (this.outcome == TransactionOutcome.COMMITTED) {
			this.all.forEach(TransactionSynchronization::afterCommit);
		}
	}

	@Override
	public void afterCompletion(int status) {
		this.registered = false;
		boolean endsWithConnection = status != STATUS_COMMITTED && this.connection.isLost();
		if (this.outcome == null && !endsWithConnection) {
			return;
		}
		TransactionSynchronizationManager.unbindResourceIfPossible(this.connection);
		int actual = (status == STATUS_COMMITTED && this.outcome == TransactionOutcome.ROLLED_BACK) ? STATUS_ROLLED_BACK
				: status;
		List<TransactionSynchronization> due = List.copyOf(this.all);
		this.all.clear();
		for (TransactionSynchronization each : due) {
			try {
				each.afterCompletion(actual);
			}
			catch (RuntimeException ex) {
				logger.error("What was to follow the end of a transaction has failed", ex);
			}
		}
	}

}
