package io.github.matrixone.spring.contract.reactive.boot;

import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.Account;
import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.AccountRepository;
import io.github.matrixone.spring.reactive.ReactiveCloneOperations;
import io.github.matrixone.spring.reactive.ReactiveSnapshotOperations;
import io.github.matrixone.spring.retry.RetryOnConflict;
import io.github.matrixone.spring.snapshot.SnapshotScope;

/**
 * A service whose methods are transactions.
 */
@Service
class AccountService {

	private final AccountRepository accounts;

	private final ReactiveCloneOperations clones;

	private final ReactiveSnapshotOperations snapshots;

	private final AtomicInteger attempts = new AtomicInteger();

	AccountService(AccountRepository accounts, ReactiveCloneOperations clones, ReactiveSnapshotOperations snapshots) {
		this.accounts = accounts;
		this.clones = clones;
		this.snapshots = snapshots;
	}

	@Transactional
	Mono<Void> open(String name) {
		return this.snapshots.create(ReactiveApplication.BEFORE, SnapshotScope.database(ReactiveApplication.DATABASE))
			.then(this.accounts.save(Account.of(name)))
			.then(this.clones.cloneTable(ReactiveApplication.ACCOUNT, ReactiveApplication.CLONE))
			.then(this.snapshots.createAfterCommit(ReactiveApplication.AFTER,
					SnapshotScope.database(ReactiveApplication.DATABASE)))
			.then();
	}

	@Transactional
	Mono<Void> openAndFail(String name) {
		return open(name).then(Mono.error(new IllegalStateException("after all")));
	}

	@Transactional(readOnly = true)
	Mono<Account> openReadOnly(String name) {
		return this.accounts.save(Account.of(name));
	}

	@RetryOnConflict(delay = 1)
	@Transactional
	Mono<Integer> openAtTheThirdAttempt(String name) {
		return this.accounts.save(Account.of(name)).then(Mono.defer(() -> {
			int attempt = this.attempts.incrementAndGet();
			return (attempt < 3) ? Mono.error(new CannotAcquireLockException("deadlock")) : Mono.just(attempt);
		}));
	}

}
