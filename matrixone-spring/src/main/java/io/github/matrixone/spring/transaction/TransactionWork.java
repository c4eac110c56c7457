package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.Rows;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.transaction.FollowUp.Task;
import io.github.matrixone.spring.transaction.Journal.Entry;

/**
 * Does what is to follow the end of one transaction. Found among the transaction's
 * synchronizations, so that it is suspended and resumed with it.
 */
final class TransactionWork implements TransactionSynchronization, Ordered {

	private static final Log logger = LogFactory.getLog(TransactionWork.class);

	private static final int LOCK_SECONDS = 30;

	private static final Duration ENTRY_TIMEOUT = Duration.ofSeconds(5);

	private final CommandExecutor executor;

	private final DataSource dataSource;

	private final MatrixOneConnection connection;

	private final @Nullable Journal journal;

	private final FollowUp<Work> followUp;

	private final String id = UUID.randomUUID().toString();

	private int position;

	private TransactionWork(CommandExecutor executor, DataSource dataSource, MatrixOneConnection connection) {
		this.executor = executor;
		this.dataSource = dataSource;
		this.connection = connection;
		this.journal = executor.journal();
		this.followUp = new FollowUp<>(this.journal != null);
	}

	/**
	 * Return the work of the current transaction.
	 */
	static TransactionWork current(CommandExecutor executor, DataSource dataSource, MatrixOneConnection connection) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof TransactionWork work && work.dataSource == dataSource) {
				return work;
			}
		}
		TransactionWork work = new TransactionWork(executor, dataSource, connection);
		TransactionSynchronizationManager.registerSynchronization(work);
		return work;
	}

	<T> AfterCommit<T> afterCommit(Command command, Supplier<T> work, Supplier<T> result) {
		Entry entry = null;
		if (this.journal != null) {
			entry = this.journal.onceCommitted(this.id, this.position++, command);
			this.executor.journal(entry.write());
		}
		return this.followUp.afterCommit(command.description(), new Work(work, result, entry));
	}

	boolean isJournaled() {
		return this.journal != null;
	}

	boolean awaits(String description) {
		return this.followUp.awaits(description);
	}

	/**
	 * Carry a command out beside the transaction. If the answer to it is lost, only a
	 * journal can tell later whether it was carried out.
	 */
	void beside(Command command) {
		Command undo = Objects.requireNonNull(command.undo());
		Entry entry = (this.journal != null) ? this.journal.unlessCommitted(command) : null;
		this.executor.inSession(() -> {
			if (entry != null) {
				this.executor.update(entry.write(), ENTRY_TIMEOUT);
			}
			try {
				this.executor.beside(command);
			}
			catch (RuntimeException ex) {
				if (FollowUp.isFinal(ex)) {
					removeQuietly(entry);
				}
				throw ex;
			}
		});
		this.followUp.onRollback(undo.description(), new Work(() -> {
			this.executor.inSession(() -> {
				this.executor.beside(undo);
				if (entry != null) {
					this.executor.update(entry.remove());
				}
			});
			return true;
		}, () -> true, entry));
		if (entry != null && this.executor.journal(entry.remove()) == 0) {
			throw new SnapshotNotFoundException("The transaction has taken so long that its " + command.description()
					+ " was taken for one of a process that has died, and removed again. Roll back and try the whole "
					+ "transaction again", null, null);
		}
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void afterCommit() {
		List<Task<Work>> tasks = this.followUp.afterCommit();
		if (!tasks.isEmpty()) {
			this.executor.inSession(() -> carryOut(tasks));
		}
		this.followUp.afterCommitEnded();
	}

	@Override
	public void afterCompletion(int status) {
		for (Task<Work> undo : this.followUp.afterCompletion(status == STATUS_COMMITTED, status == STATUS_ROLLED_BACK,
				this.connection.lastOutcome())) {
			try {
				undo.work().work.get();
			}
			catch (RuntimeException ex) {
				this.followUp.undoFailed(undo, ex);
			}
		}
	}

	private void carryOut(List<Task<Work>> tasks) {
		Set<String> open = null;
		for (Task<Work> task : tasks) {
			Work work = task.work();
			if (this.followUp.isDue(task)) {
				try {
					if (open == null) {
						open = open();
					}
					boolean done = work.entry != null && !open.contains(work.entry.id());
					task.done((done ? work.result : work.work).get());
					removeQuietly(work.entry);
				}
				catch (RuntimeException ex) {
					this.followUp.failed(task, ex);
				}
			}
			if (this.followUp.hasFailedForGood()) {
				removeQuietly(work.entry);
			}
		}
		if (open != null) {
			release();
		}
	}

	/**
	 * Return the entries that are still open, after seeing to it that no recovery takes
	 * them up.
	 */
	private Set<String> open() {
		Set<String> open = new HashSet<>();
		if (this.journal != null) {
			String lock = this.journal.lockOf(this.id);
			if (!this.executor.query(SqlText.of("SELECT GET_LOCK(?, ?)", lock, LOCK_SECONDS))
				.first()
				.equals(Optional.of("1"))) {
				throw new TransientDataAccessResourceException("What is to follow the commit is being done from the "
						+ "journal by another process, which has not ended within " + LOCK_SECONDS + " seconds");
			}
			Rows rows = this.executor.query(this.journal.entriesOf(this.id));
			rows.values().forEach((row) -> open.add(Objects.requireNonNull(row.get(0))));
		}
		return open;
	}

	private void release() {
		if (this.journal != null) {
			try {
				this.executor.query(SqlText.of("SELECT RELEASE_LOCK(?)", this.journal.lockOf(this.id)));
			}
			catch (RuntimeException ex) {
				logger.debug("A named lock could not be given back; it goes with its connection", ex);
			}
		}
	}

	/**
	 * Remove the entry of what is done. If that fails, a recovery finds it done.
	 */
	private void removeQuietly(@Nullable Entry entry) {
		if (entry != null) {
			try {
				this.executor.update(entry.remove());
			}
			catch (RuntimeException ex) {
				logger.warn("The journal still holds what is done: " + entry.id(), ex);
			}
		}
	}

	/**
	 * Work to do.
	 *
	 * @param work does it
	 * @param result gets the result where another process has done it
	 * @param entry the journal's entry, or {@code null}
	 */
	private record Work(Supplier<?> work, Supplier<?> result, @Nullable Entry entry) {
	}

}
