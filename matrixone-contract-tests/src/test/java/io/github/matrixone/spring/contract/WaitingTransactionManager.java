package io.github.matrixone.spring.contract;

import java.time.Duration;
import java.util.function.Function;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.reactive.TransactionContextManager;
import org.springframework.transaction.support.AbstractTransactionStatus;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Begins and ends reactive transactions for a thread, and waits for what the thread does
 * in them.
 */
class WaitingTransactionManager implements PlatformTransactionManager {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final ReactiveTransactionManager manager;

	private final ThreadLocal<Scope> scopes = new ThreadLocal<>();

	WaitingTransactionManager(ReactiveTransactionManager manager) {
		this.manager = manager;
	}

	@Override
	public TransactionStatus getTransaction(TransactionDefinition definition) {
		Scope current = this.scopes.get();
		Scope scope = (current != null) ? current : new Scope();
		ReactiveTransaction transaction = this.manager.getReactiveTransaction(definition)
			.contextWrite(scope.context)
			.block(TIMEOUT);
		scope.transactions++;
		this.scopes.set(scope);
		return new Status(transaction);
	}

	@Override
	public void commit(TransactionStatus status) {
		end(status, this.manager::commit);
	}

	@Override
	public void rollback(TransactionStatus status) {
		end(status, this.manager::rollback);
	}

	private void end(TransactionStatus status, Function<ReactiveTransaction, Mono<Void>> end) {
		Scope scope = this.scopes.get();
		try {
			await(end.apply(((Status) status).transaction));
		}
		finally {
			scope.transactions--;
			if (scope.transactions == 0) {
				this.scopes.remove();
			}
		}
	}

	<T> T await(Mono<T> work) {
		Scope scope = this.scopes.get();
		return ((scope != null) ? work.contextWrite(scope.context) : work).block(TIMEOUT);
	}

	private static final class Scope {

		private final Context context = TransactionContextManager.getOrCreateContext()
			.apply(TransactionContextManager.getOrCreateContextHolder().apply(Context.empty()));

		private int transactions;

	}

	private static final class Status extends AbstractTransactionStatus {

		private final ReactiveTransaction transaction;

		Status(ReactiveTransaction transaction) {
			this.transaction = transaction;
		}

		@Override
		public void setRollbackOnly() {
			this.transaction.setRollbackOnly();
		}

	}

}
