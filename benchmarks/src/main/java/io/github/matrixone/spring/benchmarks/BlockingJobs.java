package io.github.matrixone.spring.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.transaction.MatrixOneDataSource;

/**
 * The job done by {@link JdbcTemplate}.
 */
final class BlockingJobs {

	private final Jobs jobs;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	BlockingJobs(DataSource pool, Jobs jobs) {
		this.jobs = jobs;
		DataSource dataSource = new MatrixOneDataSource(pool);
		this.jdbc = new JdbcTemplate(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
	}

	/**
	 * Do jobs on some threads for some time.
	 * @return how many were done
	 */
	long run(AsyncTaskExecutor executor, int threads, Duration duration) {
		long start = System.nanoTime();
		List<CompletableFuture<Long>> workers = IntStream.range(0, threads)
			.mapToObj((thread) -> executor.submitCompletable(() -> {
				long done = 0;
				while (System.nanoTime() - start < duration.toNanos()) {
					done += run() ? 1 : 0;
				}
				return done;
			}))
			.toList();
		return workers.stream().mapToLong(CompletableFuture::join).sum();
	}

	private boolean run() {
		long job = this.jobs.next();
		try {
			this.transaction.executeWithoutResult((status) -> run(job));
			this.jobs.succeeded();
			return true;
		}
		catch (DataAccessException | TransactionException ex) {
			this.jobs.failed(ex);
			return false;
		}
	}

	private void run(long job) {
		int account = Jobs.account(job);
		this.jdbc.queryForObject(Jobs.SELECT, Long.class, account);
		this.jdbc.update(Jobs.UPDATE, account);
		this.jdbc.update(Jobs.INSERT, job, account);
	}

}
