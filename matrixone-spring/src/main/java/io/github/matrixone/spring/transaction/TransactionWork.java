package io.github.matrixone.spring.transaction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.dao.AfterCommitException;

/**
 * What is to follow the end of one transaction: work after its commit, in the order in
 * which it was asked for, and the undoing, on rollback, of what was done beside it. Found
 * among the transaction's synchronizations, so that it is suspended and resumed with it.
 */
final class TransactionWork implements TransactionSynchronization, Ordered {

	private static final Log logger = LogFactory.getLog(TransactionWork.class);

	private final DataSource dataSource;

	private final MatrixOneConnection connection;

	private final List<Task<?>> afterCommit = new ArrayList<>();

	private final Deque<Undo> onRollback = new ArrayDeque<>();

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
		AfterCommit<T> handle = new AfterCommit<>(description);
		this.afterCommit.add(new Task<>(handle, work));
		return handle;
	}

	boolean awaits(String description) {
		return this.afterCommit.stream().anyMatch((task) -> task.handle.description().equals(description));
	}

	void onRollback(String description, Runnable undo) {
		this.onRollback.push(new Undo(description, undo));
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void afterCommit() {
		RuntimeException failure = null;
		List<String> notDone = new ArrayList<>();
		for (Task<?> task : this.afterCommit) {
			failure = task.run(failure);
			if (failure != null) {
				notDone.add(task.handle.description());
			}
		}
		this.afterCommit.clear();
		if (failure != null) {
			throw new AfterCommitException("The transaction is committed, but this was not done after it: "
					+ String.join(", ", notDone) + ". The first of them failed: " + failure.getMessage(), null,
					failure);
		}
	}

	@Override
	public void afterCompletion(int status) {
		this.afterCommit.forEach((task) -> giveUp(task.handle, status));
		if (status == STATUS_COMMITTED) {
			return;
		}
		// A transaction manager takes a commit whose connection broke for rolled back.
		TransactionOutcome outcome = this.connection.lastOutcome();
		boolean rolledBack = outcome != TransactionOutcome.UNKNOWN
				&& (status == STATUS_ROLLED_BACK || outcome == TransactionOutcome.ROLLED_BACK);
		for (Undo undo : this.onRollback) {
			if (rolledBack) {
				undo.run();
			}
			else {
				logger.warn("It is unknown whether the transaction was committed, so this is left to you: "
						+ undo.description);
			}
		}
	}

	private static void giveUp(AfterCommit<?> handle, int status) {
		if (status == STATUS_COMMITTED) {
			handle.failed(new IllegalStateException(handle.description()
					+ " was not done: the transaction is committed, but something else that was to follow has failed"));
			logger.error("The transaction is committed, but this was not done after it: " + handle.description());
		}
		else {
			handle.rolledBack();
		}
	}

	private record Task<T>(AfterCommit<T> handle, Supplier<T> work) {

		/**
		 * Do the work, unless work before it has failed: it may depend on it.
		 */
		@Nullable RuntimeException run(@Nullable RuntimeException earlier) {
			if (earlier != null) {
				this.handle.failed(new IllegalStateException(
						this.handle.description() + " was not done because work before it has failed", earlier));
				return earlier;
			}
			try {
				this.handle.done(this.work.get());
				return null;
			}
			catch (RuntimeException ex) {
				this.handle.failed(ex);
				return ex;
			}
		}

	}

	private record Undo(String description, Runnable action) {

		void run() {
			try {
				this.action.run();
			}
			catch (RuntimeException ex) {
				logger.error("After a rollback this has failed and is left to you: " + this.description, ex);
			}
		}

	}

}
