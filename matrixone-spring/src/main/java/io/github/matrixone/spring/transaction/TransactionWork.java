package io.github.matrixone.spring.transaction;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.transaction.FollowUp.Task;

/**
 * Does what is to follow the end of one transaction. Found among the transaction's
 * synchronizations, so that it is suspended and resumed with it.
 */
final class TransactionWork implements TransactionSynchronization, Ordered {

	private final DataSource dataSource;

	private final MatrixOneConnection connection;

	private final FollowUp<Supplier<?>> followUp = new FollowUp<>();

	private TransactionWork(DataSource dataSource, MatrixOneConnection connection) {
		this.dataSource = dataSource;
		this.connection = connection;
	}

	/**
	 * Return the work of the current transaction.
	 */
	static TransactionWork current(DataSource dataSource, MatrixOneConnection connection) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof TransactionWork work && work.dataSource == dataSource) {
				return work;
			}
		}
		TransactionWork work = new TransactionWork(dataSource, connection);
		TransactionSynchronizationManager.registerSynchronization(work);
		return work;
	}

	<T> AfterCommit<T> afterCommit(String description, Supplier<T> work) {
		return this.followUp.afterCommit(description, work);
	}

	boolean awaits(String description) {
		return this.followUp.awaits(description);
	}

	void onRollback(String description, Runnable undo) {
		this.followUp.onRollback(description, () -> {
			undo.run();
			return true;
		});
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void afterCommit() {
		for (Task<Supplier<?>> task : this.followUp.afterCommit()) {
			if (this.followUp.isDue(task)) {
				try {
					task.done(task.work().get());
				}
				catch (RuntimeException ex) {
					this.followUp.failed(task, ex);
				}
			}
		}
		this.followUp.afterCommitEnded();
	}

	@Override
	public void afterCompletion(int status) {
		for (Task<Supplier<?>> undo : this.followUp.afterCompletion(status == STATUS_COMMITTED,
				status == STATUS_ROLLED_BACK, this.connection.lastOutcome())) {
			try {
				undo.work().get();
			}
			catch (RuntimeException ex) {
				this.followUp.undoFailed(undo, ex);
			}
		}
	}

}
