package io.github.matrixone.spring.transaction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.UncategorizedDataAccessException;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;

/**
 * What is to follow the end of one transaction: work after its commit, in the order in
 * which it was asked for, and the undoing, on rollback, of what was done beside it. Does
 * nothing itself: whoever owns the transaction does it, blocking or not.
 *
 * @param <W> how work is represented
 * @since 0.1
 */
public final class AfterTransaction<W> {

	private static final Log logger = LogFactory.getLog(AfterTransaction.class);

	private final List<Task<W>> tasks = new ArrayList<>();

	private final Deque<Task<W>> undos = new ArrayDeque<>();

	private final List<String> notDone = new ArrayList<>();

	private final boolean journaled;

	private @Nullable RuntimeException failure;

	/**
	 * Create what follows a transaction.
	 * @param journaled whether a journal keeps it as well, so that what is not done now
	 * is done later
	 */
	public AfterTransaction(boolean journaled) {
		this.journaled = journaled;
	}

	/**
	 * Return whether an error is one that stays when the same is tried again later.
	 * @param ex the error
	 * @return whether there is no use in trying
	 */
	public static boolean isFinal(RuntimeException ex) {
		return ex instanceof IllegalArgumentException || (ex instanceof NonTransientDataAccessException
				&& !(ex instanceof NonTransientDataAccessResourceException
						|| ex instanceof UncategorizedDataAccessException
						|| ex instanceof CommitOutcomeUnknownException));
	}

	/**
	 * Ask for work after the commit.
	 * @param <T> the type of its result
	 * @param description what is done, for messages
	 * @param work does it
	 * @return a handle
	 */
	public synchronized <T> AfterCommit<T> afterCommit(String description, W work) {
		AfterCommit<T> handle = new AfterCommit<>(description);
		this.tasks.add(new Task<>(handle, work));
		return handle;
	}

	/**
	 * Create the handle of work that was done at once, because there is no transaction.
	 * @param <T> the type of its result
	 * @param description what was done, for messages
	 * @param result its result
	 * @return a handle
	 */
	public static <T> AfterCommit<T> done(String description, T result) {
		AfterCommit<T> handle = new AfterCommit<>(description);
		handle.done(result);
		return handle;
	}

	/**
	 * Ask for something to be undone on rollback; the latest is undone first.
	 * @param description what is undone, for messages
	 * @param undo undoes it
	 */
	public synchronized void onRollback(String description, W undo) {
		this.undos.push(new Task<>(new AfterCommit<>(description), undo));
	}

	/**
	 * Return the work that is to follow the commit.
	 * @return the work, in its order
	 */
	public synchronized List<Task<W>> afterCommit() {
		return List.copyOf(this.tasks);
	}

	/**
	 * Return the last of some work that is to follow the commit.
	 * @param which tells which work
	 * @return the work that was asked for last
	 */
	public Optional<W> lastAfterCommit(Predicate<W> which) {
		return afterCommit().stream().map(Task::work).filter(which).reduce((first, second) -> second);
	}

	/**
	 * Return whether work may be done: not if work before it has failed, because it may
	 * depend on it.
	 * @param task the work
	 * @return whether to do it
	 */
	public boolean isDue(Task<W> task) {
		RuntimeException failure = this.failure;
		if (failure == null) {
			return true;
		}
		task.handle.failed(new IllegalStateException(
				task.handle.description() + " was not done because work before it has failed", failure));
		this.notDone.add(task.handle.description());
		return false;
	}

	/**
	 * Take note that work after the commit has failed.
	 * @param task the work
	 * @param ex why
	 */
	public void failed(Task<W> task, RuntimeException ex) {
		task.handle.failed(ex);
		this.failure = ex;
		this.notDone.add(task.handle.description()
				+ ((ex instanceof CommitOutcomeUnknownException) ? " (which may have been done)" : ""));
	}

	/**
	 * Return whether work has failed that is not tried again.
	 * @return whether it has
	 */
	public boolean hasFailedForGood() {
		RuntimeException failure = this.failure;
		return failure != null && isFinal(failure);
	}

	/**
	 * Take note that no more work follows the commit.
	 * @throws AfterCommitException if some of it has failed
	 */
	public synchronized void afterCommitEnded() {
		this.tasks.clear();
		RuntimeException failure = this.failure;
		if (failure != null) {
			throw new AfterCommitException("The transaction is committed, but this was not done after it: "
					+ String.join(", ", this.notDone) + ". The first of them failed: " + failure.getMessage()
					+ ((this.journaled && !isFinal(failure)) ? ". The journal keeps them, and they are tried again"
							: ""),
					null, failure);
		}
	}

	/**
	 * Take note that the transaction has ended, and give up what still waits for its
	 * commit.
	 * @param committed whether its manager says that it was committed
	 * @param rolledBack whether its manager says that it was rolled back
	 * @param outcome what its connection says; a manager takes a commit whose connection
	 * broke for rolled back
	 * @return what is to be undone
	 */
	public synchronized List<Task<W>> afterCompletion(boolean committed, boolean rolledBack,
			TransactionOutcome outcome) {
		if (!this.journaled || outcome != TransactionOutcome.UNKNOWN) {
			this.tasks.forEach((task) -> giveUp(task.handle, committed));
		}
		if (committed) {
			return List.of();
		}
		if (outcome != TransactionOutcome.UNKNOWN && (rolledBack || outcome == TransactionOutcome.ROLLED_BACK)) {
			return List.copyOf(this.undos);
		}
		for (Task<W> undo : this.undos) {
			logger.warn("It is unknown whether the transaction was committed, so this is left to "
					+ (this.journaled ? "the journal: " : "you: ") + undo.handle.description());
		}
		return List.of();
	}

	/**
	 * Take note that something could not be undone.
	 * @param undo what
	 * @param ex why
	 */
	public void undoFailed(Task<W> undo, RuntimeException ex) {
		logger.error("After a rollback this has failed and is left to " + (this.journaled ? "the journal: " : "you: ")
				+ undo.handle.description(), ex);
	}

	private void giveUp(AfterCommit<?> handle, boolean committed) {
		if (committed) {
			String later = this.journaled ? ". The journal keeps it, and it is done later" : "";
			handle.failed(new IllegalStateException(handle.description()
					+ " was not done: the transaction is committed, but something else that was to follow has failed"
					+ later));
			logger
				.error("The transaction is committed, but this was not done after it: " + handle.description() + later);
		}
		else {
			handle.rolledBack();
		}
	}

	/**
	 * Work with its handle.
	 *
	 * @param <W> how work is represented
	 */
	public static final class Task<W> {

		private final AfterCommit<Object> handle;

		private final W work;

		@SuppressWarnings("unchecked")
		private Task(AfterCommit<?> handle, W work) {
			this.handle = (AfterCommit<Object>) handle;
			this.work = work;
		}

		/**
		 * Return what does the work.
		 * @return the work
		 */
		public W work() {
			return this.work;
		}

		/**
		 * Take note that the work is done.
		 * @param result its result
		 */
		public void done(Object result) {
			this.handle.done(Objects.requireNonNull(result));
		}

	}

}
