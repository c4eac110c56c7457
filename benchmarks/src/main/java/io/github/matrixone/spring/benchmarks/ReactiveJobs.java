package io.github.matrixone.spring.benchmarks;

import java.time.Duration;

import io.r2dbc.spi.ConnectionFactory;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The job done by {@link DatabaseClient}.
 */
final class ReactiveJobs {

	private final Jobs jobs;

	private final DatabaseClient client;

	private final TransactionalOperator transaction;

	ReactiveJobs(ConnectionFactory connectionFactory, Jobs jobs) {
		this.jobs = jobs;
		this.client = DatabaseClient.create(connectionFactory);
		this.transaction = TransactionalOperator.create(new R2dbcTransactionManager(connectionFactory));
	}

	/**
	 * Do some jobs at once, again and again for some time.
	 * @return how many were done
	 */
	long run(int concurrency, Duration duration) {
		long start = System.nanoTime();
		return Flux.<Long>generate((sink) -> {
			if (System.nanoTime() - start < duration.toNanos()) {
				sink.next(this.jobs.next());
			}
			else {
				sink.complete();
			}
		}).flatMap(this::run, concurrency).count().blockOptional().orElse(0L);
	}

	/**
	 * Do a job.
	 * @return its number, or nothing if it has failed
	 */
	private Mono<Long> run(long job) {
		int account = this.jobs.account(job);
		Mono<Long> statements = this.client.sql(Jobs.SELECT)
			.bind(0, account)
			.mapValue(Long.class)
			.one()
			.then(update(Jobs.UPDATE, account))
			.then(update(Jobs.INSERT, job, account))
			.thenReturn(job);
		return this.transaction.transactional(statements)
			.doOnNext((done) -> this.jobs.succeeded())
			.doOnError(this.jobs::failed)
			.onErrorComplete();
	}

	private Mono<Long> update(String sql, Object... values) {
		DatabaseClient.GenericExecuteSpec statement = this.client.sql(sql);
		for (int i = 0; i < values.length; i++) {
			statement = statement.bind(i, values[i]);
		}
		return statement.fetch().rowsUpdated();
	}

}
