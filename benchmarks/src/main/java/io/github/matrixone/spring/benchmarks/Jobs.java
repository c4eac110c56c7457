package io.github.matrixone.spring.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The job, the same for all: one transaction that reads an account, adds 1 to its balance
 * and records that in a booking. Jobs at the same time have different accounts, unless
 * there are fewer accounts than jobs at a time.
 */
final class Jobs {

	static final int ACCOUNTS = 10_000;

	static final String SELECT = "SELECT balance FROM account WHERE id = ?";

	static final String UPDATE = "UPDATE account SET balance = balance + 1 WHERE id = ?";

	static final String INSERT = "INSERT INTO booking (id, account_id) VALUES (?, ?)";

	static final String UPSERT = "INSERT INTO stock (code, pieces) VALUES (?, 1) "
			+ "ON DUPLICATE KEY UPDATE pieces = pieces + 1";

	private final int accounts;

	private final AtomicLong begun = new AtomicLong();

	private final AtomicLong done = new AtomicLong();

	private final Map<String, Long> failures = new ConcurrentHashMap<>();

	Jobs() {
		this(ACCOUNTS);
	}

	/**
	 * Create jobs that use some of the accounts only.
	 * @param accounts how many
	 */
	Jobs(int accounts) {
		this.accounts = accounts;
	}

	/**
	 * Return the number of the next job, which is the key of its booking.
	 */
	long next() {
		return this.begun.getAndIncrement();
	}

	int account(long job) {
		return (int) (job % this.accounts);
	}

	void succeeded() {
		this.done.incrementAndGet();
	}

	void failed(Throwable failure) {
		this.failures.merge(String.valueOf(failure), 1L, Long::sum);
	}

	long done() {
		return this.done.get();
	}

	long failed() {
		return this.failures.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Return how often which failure has come.
	 */
	Map<String, Long> failures() {
		return new TreeMap<>(this.failures);
	}

}
