package io.github.matrixone.spring.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.support.TransactionSynchronization;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterTransaction;
import io.github.matrixone.spring.transaction.AfterTransaction.Task;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.Journal.Entry;
import io.github.matrixone.spring.transaction.NamedLock;
import io.github.matrixone.spring.transaction.OwnConnections.OwnConnection;
import io.github.matrixone.spring.transaction.TransactionJournal;
import io.github.matrixone.spring.transaction.TransactionOutcome;

/**
 * Does what is to follow the end of one transaction.
 */
final class AfterTransactionSynchronization implements TransactionSynchronization {

	private static final Log logger = LogFactory.getLog(AfterTransactionSynchronization.class);

	private final CommandExecutor executor;

	private final DataSource dataSource;

	private final MatrixOneConnection connection;

	private final @Nullable TransactionJournal journal;

	private final AfterTransaction<Work> followUp;

	private @Nullable TransactionOutcome outcome;

	private AfterTransactionSynchronization(CommandExecutor executor, DataSource dataSource,
			MatrixOneConnection connection) {
		this.executor = executor;
		this.dataSource = dataSource;
		this.connection = connection;
		Journal journal = executor.journal();
		this.journal = (journal != null) ? new TransactionJournal(journal) : null;
		this.followUp = new AfterTransaction<>(this.journal != null);
		connection.whenEnded((outcome) -> this.outcome = outcome);
	}

	/**
	 * Return the work of the current transaction.
	 */
	static AfterTransactionSynchronization current(CommandExecutor executor, DataSource dataSource,
			MatrixOneConnection connection) {
		AfterTransactionSynchronization found = ConnectionSynchronizations.find(connection,
				AfterTransactionSynchronization.class, (work) -> work.dataSource == dataSource);
		if (found != null) {
			return found;
		}
		AfterTransactionSynchronization work = new AfterTransactionSynchronization(executor, dataSource, connection);
		ConnectionSynchronizations.register(connection, work);
		return work;
	}

	<T> AfterCommit<T> afterCommit(JournaledCommand command, Function<OwnConnection, T> work,
			Function<OwnConnection, T> result) {
		Entry entry = null;
		if (this.journal != null) {
			entry = this.journal.onceCommitted(command);
			this.executor.journal(entry.write());
		}
		return this.followUp.afterCommit(command.description(), new Work(command, work, result, entry));
	}

	boolean isJournaled() {
		return this.journal != null;
	}

	boolean awaits(Predicate<Command> command) {
		return lastAwaited(command) != null;
	}

	@Nullable Command lastAwaited(Predicate<Command> command) {
		Optional<Work> last = this.followUp.lastAfterCommit((work) -> command.test(work.command));
		return last.isPresent() ? last.get().command : null;
	}

	/**
	 * Carry a command out beside the transaction. If the answer to it is lost, only a
	 * journal can tell later whether it was carried out.
	 * @return takes another command that undoes it, or {@code null} if there is nothing
	 * to undo
	 */
	Consumer<@Nullable Command> beside(UndoableCommand command) {
		Command any = command.undo();
		AtomicReference<@Nullable Command> undo = new AtomicReference<>(any);
		Entry entry = (this.journal != null) ? this.journal.unlessCommitted(command) : null;
		if (entry != null && command.made(this.executor.query(command.lookUp())).isPresent()) {
			throw command.alreadyExists();
		}
		onOwnConnection((own) -> {
			if (entry != null) {
				write(own, entry, command);
			}
			try {
				own.execute(command);
			}
			catch (RuntimeException ex) {
				if (AfterTransaction.isFinal(ex)) {
					removeQuietly(own, entry);
				}
				throw ex;
			}
		});
		this.followUp.onRollback(any.description(), new Work(any, (own) -> {
			Command exact = undo.get();
			if (exact != null) {
				own.execute(exact);
			}
			if (entry != null) {
				own.update(entry.remove(), Duration.ZERO);
			}
			return true;
		}, (own) -> true, entry));
		if (this.journal != null && entry != null) {
			this.journal.requireRemoved(this.executor.journal(entry.remove()), command);
		}
		return undo::set;
	}

	private static void write(OwnConnection own, Entry entry, UndoableCommand command) {
		try {
			own.update(entry.write(), TransactionJournal.ENTRY_TIMEOUT);
		}
		catch (DuplicateKeyException | QueryTimeoutException ex) {
			throw command.isBeingMade(ex);
		}
		catch (BadSqlGrammarException ex) {
			throw TableNotFoundException.ofJournal(ex);
		}
	}

	@Override
	public void afterCommit() {
		List<Task<Work>> tasks = this.followUp.afterCommit();
		if (!tasks.isEmpty()) {
			onOwnConnection((own) -> carryOut(own, tasks));
		}
		this.followUp.afterCommitEnded();
	}

	@Override
	public void afterCompletion(int status) {
		for (Task<Work> undo : this.followUp.afterCompletion(status == STATUS_COMMITTED, status == STATUS_ROLLED_BACK,
				(this.outcome != null) ? this.outcome : this.connection.lastOutcome())) {
			try {
				onOwnConnection(undo.work().work::apply);
			}
			catch (RuntimeException ex) {
				this.followUp.undoFailed(undo, ex);
			}
		}
	}

	/**
	 * Do something beside the transaction, on the server that it ran on.
	 */
	private void onOwnConnection(Consumer<OwnConnection> work) {
		this.executor.onOwnConnection(this.connection.source(), (own) -> {
			work.accept(own);
			return true;
		});
	}

	private void carryOut(OwnConnection own, List<Task<Work>> tasks) {
		for (Task<Work> task : tasks) {
			Work work = task.work();
			if (this.followUp.isDue(task)) {
				try {
					takeUp(own);
					task.done((isDone(work.entry) ? work.result : work.work).apply(own));
					if (!removeQuietly(own, work.entry)) {
						release(own);
					}
				}
				catch (RuntimeException ex) {
					this.followUp.failed(task, ex);
				}
			}
			if (this.followUp.hasFailedForGood()) {
				removeQuietly(own, work.entry);
			}
		}
		release(own);
	}

	/**
	 * Find out which entries are still open, after seeing to it that no recovery takes
	 * them up. Done anew where the connection, and the lock with it, may have been lost.
	 */
	private void takeUp(OwnConnection own) {
		if (this.journal != null && !this.journal.isTakenUp()) {
			while (!this.journal.locked(own.query(this.journal.lock()))) {
				own.query(NamedLock.PAUSE);
			}
			this.journal.takenUp(own.query(this.journal.entries()));
		}
	}

	private boolean isDone(@Nullable Entry entry) {
		return this.journal != null && entry != null && this.journal.isDone(entry);
	}

	private void release(OwnConnection own) {
		if (this.journal != null) {
			try {
				this.journal.release().ifPresent(own::query);
			}
			catch (RuntimeException ex) {
				logger.debug("A named lock could not be given back; it goes with its connection", ex);
			}
		}
	}

	/**
	 * Remove the entry of what is done. If that fails, a recovery finds it done.
	 * @return whether it did not fail
	 */
	private static boolean removeQuietly(OwnConnection own, @Nullable Entry entry) {
		if (entry != null) {
			try {
				own.update(entry.remove(), Duration.ZERO);
			}
			catch (RuntimeException ex) {
				logger.warn("The journal still holds what is done: " + entry.id(), ex);
				return false;
			}
		}
		return true;
	}

	/**
	 * Work to do.
	 *
	 * @param command what is to be done
	 * @param work does it
	 * @param result gets the result where another process has done it
	 * @param entry the journal's entry, or {@code null}
	 */
	private record Work(Command command, Function<OwnConnection, ?> work, Function<OwnConnection, ?> result,
			@Nullable Entry entry) {
	}

}
