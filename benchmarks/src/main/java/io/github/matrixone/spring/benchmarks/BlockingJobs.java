package io.github.matrixone.spring.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The job done by {@link JdbcTemplate}.
 */
final class BlockingJobs {

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final Jobs jobs;

	private final boolean bookFirst;

	/**
	 * Create jobs.
	 * @param jdbc sends the statements
	 * @param transaction begins and ends the transactions
	 * @param jobs the jobs
	 * @param bookFirst whether they insert the booking before they change the account, as
	 * JPA does
	 */
	BlockingJobs(JdbcTemplate jdbc, TransactionTemplate transaction, Jobs jobs, boolean bookFirst) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.jobs = jobs;
		this.bookFirst = bookFirst;
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
		int account = this.jobs.account(job);
		this.jdbc.queryForObject(Jobs.SELECT, Long.class, account);
		if (this.bookFirst) {
			this.jdbc.update(Jobs.INSERT, job, account);
			this.jdbc.update(Jobs.UPDATE, account);
		}
		else {
			this.jdbc.update(Jobs.UPDATE, account);
			this.jdbc.update(Jobs.INSERT, job, account);
		}
	}

}
