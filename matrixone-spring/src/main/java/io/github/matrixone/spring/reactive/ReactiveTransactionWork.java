package io.github.matrixone.spring.reactive;

import java.util.List;

import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;

import io.github.matrixone.spring.transaction.FollowUp;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * Does what is to follow the end of one reactive transaction. Found among the
 * transaction's synchronizations, so that it is suspended and resumed with it.
 */
final class ReactiveTransactionWork implements TransactionSynchronization, Ordered {

	private final ConnectionFactory connectionFactory;

	private final TransactionState state;

	private final FollowUp<Mono<?>> followUp = new FollowUp<>(false);

	private List<TransactionSynchronization> synchronizations = List.of();

	private ReactiveTransactionWork(ConnectionFactory connectionFactory, TransactionState state) {
		this.connectionFactory = connectionFactory;
		this.state = state;
	}

	/**
	 * Return the work of a transaction.
	 */
	static ReactiveTransactionWork of(TransactionSynchronizationManager manager, ConnectionFactory connectionFactory,
			TransactionState state) {
		synchronized (state) {
			for (TransactionSynchronization synchronization : manager.getSynchronizations()) {
				if (synchronization instanceof ReactiveTransactionWork work
						&& work.connectionFactory == connectionFactory) {
					return work;
				}
			}
			ReactiveTransactionWork work = new ReactiveTransactionWork(connectionFactory, state);
			manager.registerSynchronization(work);
			return work;
		}
	}

	FollowUp<Mono<?>> followUp() {
		return this.followUp;
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
		return Flux.defer(() -> Flux.fromIterable(this.followUp.afterCommit()))
			.concatMap((task) -> Mono.defer(() -> this.followUp.isDue(task) ? carryOut(task) : Mono.empty()))
			.then(Mono.<Void>fromRunnable(this.followUp::afterCommitEnded))
			.onErrorResume((ex) -> keepSynchronizations().then(Mono.error(ex)));
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

	@Override
	public Mono<Void> afterCompletion(int status) {
		return Flux
			.defer(() -> Flux.fromIterable(this.followUp.afterCompletion(status == STATUS_COMMITTED,
					status == STATUS_ROLLED_BACK, this.state.lastOutcome())))
			.concatMap((undo) -> undo.work().then().onErrorResume(RuntimeException.class, (ex) -> {
				this.followUp.undoFailed(undo, ex);
				return Mono.empty();
			}))
			.then();
	}

	private Mono<Void> carryOut(FollowUp.Task<Mono<?>> task) {
		return task.work().doOnNext(task::done).then().onErrorResume(RuntimeException.class, (ex) -> {
			this.followUp.failed(task, ex);
			return Mono.empty();
		});
	}

}
