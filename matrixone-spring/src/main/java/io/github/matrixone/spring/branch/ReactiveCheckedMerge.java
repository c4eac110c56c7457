package io.github.matrixone.spring.branch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;

/**
 * A merge over R2DBC that is committed only if no check finds anything.
 */
final class ReactiveCheckedMerge {

	private final ReactiveCommandExecutor executor;

	private final Supplier<? extends @Nullable ReactiveTransactionManager> transactionManager;

	private final Supplier<List<ReactiveBranchCheck>> checks;

	/**
	 * Create a merge.
	 * @param executor runs the statements
	 * @param transactionManager gives the application's, for checks that use its
	 * repositories
	 * @param checks gives the checks in their order
	 */
	ReactiveCheckedMerge(ReactiveCommandExecutor executor,
			Supplier<? extends @Nullable ReactiveTransactionManager> transactionManager,
			Supplier<List<ReactiveBranchCheck>> checks) {
		this.executor = executor;
		this.transactionManager = transactionManager;
		this.checks = checks;
	}

	/**
	 * See that the transaction manager is one of the connection factory, before anything
	 * is done.
	 */
	Mono<Void> requireTransactions() {
		return inTransaction(Mono.just(true), Mono.just(true)).then();
	}

	/**
	 * Merge and check.
	 * @param merge merges
	 * @param merged what is merged
	 * @return what was done, or {@link BranchCheckException} if a check finds something
	 */
	Mono<List<MergeResult>> carryOut(Mono<List<MergeResult>> merge, List<BranchDiff> merged) {
		Mono<Void> check = Mono.defer(() -> check(merged));
		return inTransaction(merge.delayUntil((results) -> check), joined(merge, check));
	}

	/**
	 * Where the transaction goes on after a finding, or after the subscriber has left, it
	 * must not be committed: it holds what was merged.
	 */
	private Mono<List<MergeResult>> joined(Mono<List<MergeResult>> merge, Mono<Void> check) {
		Mono<Void> approved = check.onErrorResume((ex) -> lose("was not approved", ex).then(Mono.error(ex)));
		return Mono.usingWhen(Mono.just(merge), (source) -> source.delayUntil((results) -> approved),
				(source) -> Mono.empty(), (source, ex) -> Mono.empty(), (source) -> lose("was cancelled", null));
	}

	private Mono<Void> lose(String what, @Nullable Throwable cause) {
		return this.executor.loseTransaction("The merge " + what + ", so that the transaction can only be rolled back"
				+ ((cause != null) ? ": " + cause.getMessage() : ""));
	}

	private Mono<Void> check(List<BranchDiff> merged) {
		Map<String, List<String>> findings = new LinkedHashMap<>();
		return Flux.fromIterable(this.checks.get())
			.concatMap((check) -> check.check(merged).collectList().doOnNext((found) -> {
				if (!found.isEmpty()) {
					findings.put(check.name(), found);
				}
			}))
			.then(Mono
				.defer(() -> findings.isEmpty() ? Mono.empty() : Mono.error(() -> new BranchCheckException(findings))));
	}

	/**
	 * Do something in a transaction.
	 * @param own the work in one of its own
	 * @param joined the work in the current one
	 */
	private <T> Mono<T> inTransaction(Mono<T> own, Mono<T> joined) {
		return this.executor
			.withCurrentTransaction((transaction) -> (transaction != null) ? joined : inOwnTransaction(own));
	}

	private <T> Mono<T> inOwnTransaction(Mono<T> work) {
		ReactiveTransactionManager manager = this.transactionManager.get();
		if (manager == null) {
			return this.executor.inTransaction(work);
		}
		return TransactionalOperator.create(manager)
			.transactional(this.executor.withCurrentTransaction((transaction) -> (transaction != null) ? work : Mono
				.error(() -> new IllegalStateException("Nothing is published: the transaction manager of the "
						+ "application is one of another connection factory than its branches, so that checks would "
						+ "not see what is merged. Call publish of a diff within a transaction of the connection "
						+ "factory"))));
	}

}
