package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.r2dbc.spi.ConnectionFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterTransaction;
import io.github.matrixone.spring.transaction.AfterTransaction.Task;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.Journal.Entry;
import io.github.matrixone.spring.transaction.NamedLock;
import io.github.matrixone.spring.transaction.TransactionHistory;
import io.github.matrixone.spring.transaction.TransactionJournal;
import io.github.matrixone.spring.transaction.TransactionOutcome;

/**
 * Does what is to follow the end of one reactive transaction. Found among the
 * transaction's synchronizations, so that it is suspended and resumed with it.
 */
final class ReactiveAfterTransactionSynchronization implements TransactionSynchronization, Ordered {

	private static final Log logger = LogFactory.getLog(ReactiveAfterTransactionSynchronization.class);

	private static final String ANOTHER = "This transaction can only be rolled back: an operation was called within a "
			+ "transaction of another reactive transaction manager, which has ended before this one, so that nothing "
			+ "would follow the end of this one. Call operations outside of the inner transaction";

	private final ReactiveCommandExecutor executor;

	private final ConnectionFactory connectionFactory;

	private final R2dbcTransaction transaction;

	private final @Nullable TransactionJournal journal;

	private final AfterTransaction<Work> followUp;

	private final int before;

	private List<TransactionSynchronization> synchronizations = List.of();

	private ReactiveAfterTransactionSynchronization(ReactiveCommandExecutor executor,
			ConnectionFactory connectionFactory, R2dbcTransaction transaction) {
		this.executor = executor;
		this.connectionFactory = connectionFactory;
		this.transaction = transaction;
		this.before = transaction.numberEnded();
		Journal journal = executor.journal();
		this.journal = (journal != null) ? new TransactionJournal(journal) : null;
		this.followUp = new AfterTransaction<>(journal != null);
	}

	/**
	 * Return the work of a transaction.
	 */
	static ReactiveAfterTransactionSynchronization of(TransactionSynchronizationManager manager,
			ReactiveCommandExecutor executor, ConnectionFactory connectionFactory, R2dbcTransaction transaction) {
		synchronized (transaction) {
			for (TransactionSynchronization synchronization : manager.getSynchronizations()) {
				if (synchronization instanceof ReactiveAfterTransactionSynchronization work
						&& work.connectionFactory == connectionFactory) {
					return work;
				}
			}
			ReactiveAfterTransactionSynchronization work = new ReactiveAfterTransactionSynchronization(executor,
					connectionFactory, transaction);
			manager.registerSynchronization(work);
			return work;
		}
	}

	/**
	 * Keep work for the time after the commit. In the journal it is kept in one turn with
	 * the memory, so that both have the same, in the same order.
	 */
	<T> Mono<AfterCommit<T>> afterCommit(JournaledCommand command, Mono<T> work, Mono<T> result) {
		TransactionJournal journal = this.journal;
		if (journal == null) {
			return Mono.fromSupplier(
					() -> this.followUp.afterCommit(command.description(), new Work(command, work, result, null)));
		}
		return this.transaction.inTurn((turn) -> this.executor.journalPrepared().then(Mono.defer(() -> {
			if (turn.isCancelled()) {
				return Mono.empty();
			}
			Entry entry = journal.onceCommitted(command);
			return journal(entry.write()).map((written) -> this.followUp.afterCommit(command.description(),
					new Work(command, work, result, entry)));
		})));
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
	 * Carry a command out beside the transaction, in one turn of it: this goes on to its
	 * end even if the subscriber leaves.
	 * @return takes another command that undoes it, or {@code null} if there is nothing
	 * to undo
	 */
	Mono<Consumer<@Nullable Command>> beside(UndoableCommand command, Consumer<TransactionHistory> check) {
		return this.transaction.inTurn((turn) -> this.executor.journalPrepared().then(Mono.defer(() -> {
			check.accept(this.transaction.state().activity());
			if (turn.isCancelled()) {
				return Mono.empty();
			}
			return (this.journal != null) ? beside(command, this.journal)
					: this.executor.beside(this.transaction, (session) -> session.execute(command))
						.then(Mono.fromSupplier(() -> undoOnRollback(command, null)));
		})));
	}

	/**
	 * If the answer to the command is lost, only the journal can tell later whether it
	 * was carried out.
	 */
	private Mono<Consumer<@Nullable Command>> beside(UndoableCommand command, TransactionJournal journal) {
		Entry entry = journal.unlessCommitted(command);
		Mono<Void> carriedOut = this.executor.beside(this.transaction,
				(session) -> session.update(entry.write(), TransactionJournal.ENTRY_TIMEOUT)
					.onErrorMap((ex) -> ex instanceof DuplicateKeyException || ex instanceof QueryTimeoutException,
							(ex) -> command.isBeingMade((DataAccessException) ex))
					.onErrorMap(BadSqlGrammarException.class, TableNotFoundException::ofJournal)
					.then(Mono.defer(() -> session.execute(command)
						.onErrorResume(RuntimeException.class,
								(ex) -> (AfterTransaction.isFinal(ex) ? quietly(session.update(entry.remove()), entry)
										: Mono.<Void>empty())
									.then(Mono.error(ex)))))
					.then());
		return this.transaction.execute(command.lookUp())
			.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(command.lookUp().sql(), ex))
			.flatMap((rows) -> command.made(rows).isPresent() ? Mono.error(command::alreadyExists) : carriedOut)
			.then(Mono.fromSupplier(() -> undoOnRollback(command, entry)))
			.delayUntil(
					(undo) -> journal(entry.remove()).doOnNext((removed) -> journal.requireRemoved(removed, command)));
	}

	private Consumer<@Nullable Command> undoOnRollback(UndoableCommand command, @Nullable Entry entry) {
		Command any = command.undo();
		AtomicReference<@Nullable Command> undo = new AtomicReference<>(any);
		Mono<Boolean> undone = this.executor.beside(this.transaction,
				(session) -> Mono.justOrEmpty(undo.get())
					.flatMap(session::execute)
					.then(Mono.defer(() -> (entry != null) ? session.update(entry.remove()) : Mono.empty()))
					.thenReturn(true));
		this.followUp.onRollback(any.description(), new Work(any, undone, Mono.just(true), entry));
		return undo::set;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> beforeCompletion() {
		return TransactionSynchronizationManager.forCurrentTransaction()
			.doOnNext((manager) -> this.synchronizations = List.copyOf(manager.getSynchronizations()))
			.then();
	}

	@Override
	public Mono<Void> afterCommit() {
		return Flux.defer(() -> hasEnded() ? Flux.fromIterable(this.followUp.afterCommit()) : Flux.empty())
			.concatMap(this::carryOut)
			.then(Mono.defer(this::release))
			.then(Mono.<Void>fromRunnable(this::afterCommitEnded))
			.onErrorResume((ex) -> keepSynchronizations().then(Mono.error(ex)))
			.onErrorStop();
	}

	private void afterCommitEnded() {
		if (hasEnded()) {
			this.followUp.afterCommitEnded();
		}
	}

	private boolean hasEnded() {
		return this.transaction.numberEnded() != this.before;
	}

	/**
	 * Within a transaction of another manager Spring knows the synchronizations of that
	 * one alone. Nothing follows the end of this one then, so that it must not be
	 * committed.
	 */
	private boolean endsWithAnother() {
		boolean another = !hasEnded() && !this.transaction.state().isLost();
		if (another) {
			this.transaction.state().requireRollback(new StatementRefusedException(Reason.TRANSACTION_LOST, ANOTHER));
		}
		return another;
	}

	/**
	 * Spring Framework 7.0.8 forgets a reactive transaction's synchronizations before
	 * their {@code afterCommit} is called. If that gives an error, it looks for them
	 * again, and gives the caller the error of not finding them.
	 */
	private Mono<Void> keepSynchronizations() {
		return TransactionSynchronizationManager.forCurrentTransaction()
			.filter((manager) -> !manager.isSynchronizationActive())
			.doOnNext((manager) -> {
				manager.initSynchronization();
				this.synchronizations.forEach(manager::registerSynchronization);
			})
			.then();
	}

	/**
	 * Spring Framework calls this with {@code onErrorContinue}, which would reach into
	 * every operator here and take what has failed for done.
	 */
	@Override
	public Mono<Void> afterCompletion(int status) {
		return Flux
			.defer(() -> Flux.fromIterable(
					endsWithAnother() ? this.followUp.afterCompletion(false, true, TransactionOutcome.ROLLED_BACK)
							: this.followUp.afterCompletion(status == STATUS_COMMITTED, status == STATUS_ROLLED_BACK,
									this.transaction.state().lastOutcome())))
			.concatMap((undo) -> undo.work().work.then().onErrorResume(RuntimeException.class, (ex) -> {
				this.followUp.undoFailed(undo, ex);
				return Mono.empty();
			}))
			.then()
			.onErrorStop();
	}

	private Mono<Void> carryOut(Task<Work> task) {
		Work work = task.work();
		Mono<Void> done = takeUp().then(Mono.defer(() -> isDone(work.entry) ? work.result : work.work))
			.doOnNext(task::done)
			.then(Mono.defer(() -> removeQuietly(work.entry)))
			.onErrorResume(RuntimeException.class, (ex) -> {
				this.followUp.failed(task, ex);
				return Mono.empty();
			});
		return Mono.defer(() -> this.followUp.isDue(task) ? done : Mono.empty())
			.then(Mono.defer(() -> this.followUp.hasFailedForGood() ? removeQuietly(work.entry) : Mono.empty()));
	}

	/**
	 * Find out which entries are still open, after seeing to it that no recovery takes
	 * them up.
	 */
	private Mono<Void> takeUp() {
		return Mono.defer(() -> {
			TransactionJournal journal = this.journal;
			if (journal == null || journal.isTakenUp()) {
				return Mono.empty();
			}
			return Mono.defer(() -> tryToLock(journal))
				.repeat()
				.takeUntil(Boolean::booleanValue)
				.then(Mono.defer(() -> this.executor.query(journal.entries())))
				.doOnNext(journal::takenUp)
				.then();
		});
	}

	private Mono<Boolean> tryToLock(TransactionJournal journal) {
		return this.executor.query(journal.lock())
			.map(journal::locked)
			.delayUntil((locked) -> locked ? Mono.empty() : this.executor.query(NamedLock.PAUSE));
	}

	private boolean isDone(@Nullable Entry entry) {
		return this.journal != null && entry != null && this.journal.isDone(entry);
	}

	private Mono<Void> release() {
		return Mono.justOrEmpty(this.journal)
			.flatMap((journal) -> Mono.justOrEmpty(journal.release()))
			.flatMap(this.executor::query)
			.then()
			.onErrorResume(RuntimeException.class, (ex) -> {
				logger.debug("A named lock could not be given back; it goes with its connection", ex);
				return Mono.empty();
			});
	}

	private Mono<Void> removeQuietly(@Nullable Entry entry) {
		return (entry != null) ? quietly(this.executor.update(entry.remove()), entry) : Mono.empty();
	}

	/**
	 * Remove the entry of what is done. If that fails, a recovery finds it done.
	 */
	private static Mono<Void> quietly(Mono<Long> removal, Entry entry) {
		return removal.then().onErrorResume(RuntimeException.class, (ex) -> {
			logger.warn("The journal still holds what is done: " + entry.id(), ex);
			return Mono.empty();
		});
	}

	private Mono<Long> journal(SqlText statement) {
		return this.transaction.journal(statement)
			.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(statement.sql(), ex))
			.onErrorMap(BadSqlGrammarException.class, TableNotFoundException::ofJournal);
	}

	/**
	 * Work to do.
	 *
	 * @param command what is to be done
	 * @param work does it
	 * @param result gets the result where another process has done it
	 * @param entry the journal's entry, or {@code null}
	 */
	private record Work(Command command, Mono<?> work, Mono<?> result, @Nullable Entry entry) {
	}

}
