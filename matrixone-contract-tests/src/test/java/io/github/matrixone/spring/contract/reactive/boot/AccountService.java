package io.github.matrixone.spring.contract.reactive.boot;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.Account;
import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.AccountRepository;
import io.github.matrixone.spring.retry.RetryOnConflict;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;

/**
 * A service whose methods are transactions.
 */
@Service
class AccountService {

	private final AccountRepository accounts;

	private final ReactiveCloneOperations clones;

	private final ReactiveSnapshotOperations snapshots;

	private final DatabaseClient client;

	AccountService(AccountRepository accounts, ReactiveCloneOperations clones, ReactiveSnapshotOperations snapshots,
			DatabaseClient client) {
		this.client = client;
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

	@Transactional(timeout = 1)
	Mono<Void> openSlowly(String name) {
		return this.accounts.save(Account.of(name)).then(this.client.sql("SELECT sleep(20)").then());
	}

	@Transactional
	Mono<Void> openAndStopWaiting(String name) {
		return this.accounts.save(Account.of(name))
			.then(this.client.sql("UPDATE account SET balance = balance + 1 + sleep(2)").fetch().rowsUpdated())
			.timeout(Duration.ofMillis(500))
			.onErrorComplete(TimeoutException.class)
			.then(this.accounts.count())
			.then();
	}

	@RetryOnConflict(maxRetries = 2, delay = 1)
	@Transactional
	Mono<Account> openAtTheAttempt(int attempt, String name, AtomicInteger attempts) {
		return this.accounts.save(Account.of(name))
			.filter((account) -> attempts.incrementAndGet() == attempt)
			.switchIfEmpty(Mono.error(() -> new CannotAcquireLockException("deadlock")));
	}

}
