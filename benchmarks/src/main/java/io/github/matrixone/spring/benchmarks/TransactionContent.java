package io.github.matrixone.spring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a transaction does.
 *
 * @param selects how many accounts it reads, one by one
 * @param updates to how many of them it adds 1, one by one
 * @param inserts how many bookings it inserts, one by one
 * @param upserts how many pieces it adds to the stock, one by one, by the unique code of
 * the article, which is not its primary key
 * @param isReadOnly whether it says that it only reads
 * @param threads how many do it at the same time
 * @param isTuned whether to compare it with tuned plain settings too
 * @param goal how much of the plain way's time it may take with the starter
 */
record TransactionContent(int selects, int updates, int inserts, int upserts, boolean isReadOnly, int threads,
		boolean isTuned, double goal) {

	static TransactionContent of(int selects, int updates, int inserts, double goal) {
		return new TransactionContent(selects, updates, inserts, 0, false, 1, false, goal);
	}

	static TransactionContent ofUpserts(int upserts, double goal) {
		return new TransactionContent(0, 0, 0, upserts, false, 1, false, goal);
	}

	TransactionContent readOnly() {
		return new TransactionContent(this.selects, this.updates, this.inserts, this.upserts, true, this.threads,
				this.isTuned, this.goal);
	}

	TransactionContent onThreads(int threads) {
		return new TransactionContent(this.selects, this.updates, this.inserts, this.upserts, this.isReadOnly, threads,
				this.isTuned, this.goal);
	}

	TransactionContent withTuned() {
		return new TransactionContent(this.selects, this.updates, this.inserts, this.upserts, this.isReadOnly,
				this.threads, true, this.goal);
	}

	List<TransactionBenchmark.Way> ways() {
		return this.isTuned
				? List.of(TransactionBenchmark.Way.PLAIN, TransactionBenchmark.Way.STARTER,
						TransactionBenchmark.Way.PLAIN_TUNED)
				: List.of(TransactionBenchmark.Way.PLAIN, TransactionBenchmark.Way.STARTER);
	}

	String title(boolean jpa) {
		List<String> statements = new ArrayList<>();
		add(statements, this.selects, jpa ? "find" : "SELECT");
		add(statements, this.updates, jpa ? "change" : "UPDATE");
		add(statements, this.inserts, jpa ? "persist" : "INSERT");
		add(statements, this.upserts, "upsert");
		return (jpa ? "JPA, " : "JDBC, ") + (this.isReadOnly ? "read-only, " : "")
				+ (statements.isEmpty() ? "empty" : String.join(" + ", statements))
				+ ((this.threads > 1) ? ", " + this.threads + " threads" : "");
	}

	private static void add(List<String> statements, int times, String statement) {
		if (times > 0) {
			statements.add(times + " " + statement);
		}
	}

	/**
	 * Does transactions, and keeps count of what they have written.
	 */
	static final class Work {

		private final AtomicLong next = new AtomicLong();

		private final AtomicLong updates = new AtomicLong();

		private final AtomicLong inserts = new AtomicLong();

		private final AtomicLong upserts = new AtomicLong();

		/**
		 * Return how many rows were updated.
		 */
		long updates() {
			return this.updates.get();
		}

		/**
		 * Return how many rows were inserted.
		 */
		long inserts() {
			return this.inserts.get();
		}

		/**
		 * Return how many pieces were added to the stock.
		 */
		long upserts() {
			return this.upserts.get();
		}

		/**
		 * Return a transaction that can be done again and again, always with other rows.
		 */
		Callable<Void> transaction(TransactionContent content, Application application, boolean jpa) {
			TransactionTemplate transaction = application.transaction();
			transaction.setReadOnly(content.isReadOnly);
			if (jpa) {
				EntityManager entities = SharedEntityManagerCreator
					.createSharedEntityManager(application.bean(EntityManagerFactory.class));
				return () -> run(transaction, content, (number) -> run(entities, content, number));
			}
			JdbcTemplate jdbc = application.bean(JdbcTemplate.class);
			return () -> run(transaction, content, (number) -> run(jdbc, content, number));
		}

		private Void run(TransactionTemplate transaction, TransactionContent content, Statements statements) {
			long number = this.next.getAndAdd(10);
			transaction.executeWithoutResult((status) -> statements.run(number));
			this.updates.addAndGet(content.updates);
			this.upserts.addAndGet(content.upserts);
			this.inserts.addAndGet(content.inserts);
			return null;
		}

		private static void run(JdbcTemplate jdbc, TransactionContent content, long number) {
			for (int i = 0; i < content.selects; i++) {
				Objects.requireNonNull(jdbc.queryForObject(Jobs.SELECT, Long.class, account(number + i)));
			}
			for (int i = 0; i < content.updates; i++) {
				requireOne(jdbc.update(Jobs.UPDATE, account(number + i)));
			}
			for (int i = 0; i < content.inserts; i++) {
				requireOne(jdbc.update(Jobs.INSERT, number + i, account(number + i)));
			}
			for (int i = 0; i < content.upserts; i++) {
				jdbc.update(Jobs.UPSERT, account(number + i));
			}
		}

		private static void run(EntityManager entities, TransactionContent content, long number) {
			for (int i = 0; i < content.selects; i++) {
				Account account = Objects.requireNonNull(entities.find(Account.class, account(number + i)));
				if (i < content.updates) {
					account.add();
				}
			}
			for (int i = 0; i < content.inserts; i++) {
				entities.persist(new Booking(number + i, account(number + i)));
			}
		}

		private static int account(long number) {
			return (int) (number % Jobs.ACCOUNTS);
		}

		private static void requireOne(int rows) {
			if (rows != 1) {
				throw new IllegalStateException(rows + " rows instead of one");
			}
		}

		private interface Statements {

			void run(long number);

		}

	}

}
