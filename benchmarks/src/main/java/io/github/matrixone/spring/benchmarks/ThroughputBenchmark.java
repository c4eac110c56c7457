package io.github.matrixone.spring.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Measures how many small transactions a second a Spring Boot application does on several
 * threads, with the starter and without. Then the same where a foreign key makes the
 * starter let transactions take turns, also with that switched off, and where they meet
 * on the same rows. With {@code -Dbenchmark.arguments="rounds milliseconds database"} it
 * runs other than {@value #ROUNDS} rounds of {@value #MILLISECONDS} milliseconds, or in
 * databases whose names begin differently. The databases must not be there; they are made
 * and dropped.
 */
public final class ThroughputBenchmark {

	private static final int ROUNDS = 5;

	private static final int MILLISECONDS = 800;

	private static final String DATABASE = "matrixone_benchmark";

	private static final int POOL_SIZE = 64;

	private static final List<Integer> THREADS = List.of(1, 2, 4, 8, 16, 32, 64);

	/**
	 * Fewer, because turns stall where the server has no transaction left to begin, and
	 * each round then takes ten seconds.
	 */
	private static final List<Integer> THREADS_IN_TURNS = List.of(1, 2, 4, 8, 16, 32);

	private final String database;

	private final int rounds;

	private final Duration duration;

	private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();

	private ThroughputBenchmark(String database, int rounds, Duration duration) {
		this.database = database;
		this.rounds = rounds;
		this.duration = duration;
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		Duration duration = Duration.ofMillis((args.length > 1) ? Integer.parseInt(args[1]) : MILLISECONDS);
		String database = (args.length > 2) ? args[2] : DATABASE;
		System.out
			.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
					+ rounds + " rounds of " + duration.toMillis() + " ms, " + POOL_SIZE + " connections");
		new ThroughputBenchmark(database, rounds, duration).run();
	}

	private void run() throws Exception {
		compare("SELECT, UPDATE, INSERT", Jobs.ACCOUNTS, false, THREADS, List.of(Way.PLAIN, Way.STARTER));
		compare("SELECT, INSERT of a child, UPDATE of its parent", Jobs.ACCOUNTS, true, THREADS_IN_TURNS,
				List.of(Way.values()));
		compare("the same on 16 parents", 16, true, List.of(16), List.of(Way.values()));
	}

	private void compare(String title, int accounts, boolean foreignKey, List<Integer> threads, List<Way> ways)
			throws Exception {
		List<Side> sides = new ArrayList<>();
		try {
			for (Way way : ways) {
				sides.add(Side.open(way, this.database + '_' + way.name().toLowerCase(Locale.ROOT), accounts,
						foreignKey));
			}
			System.out.println();
			Comparison.printHeading();
			for (int count : threads) {
				Comparison comparison = new Comparison(title + ((count > 1) ? ", " + count + " threads" : ", 1 thread"),
						"a second");
				for (Side side : sides) {
					comparison.add(side.way.title, () -> rate(side.jobs, count));
				}
				comparison.run(this.rounds).print("%.0f");
			}
			System.out.println();
			for (Side side : sides) {
				side.check(accounts);
			}
		}
		finally {
			sides.forEach(Side::close);
		}
	}

	private double rate(BlockingJobs jobs, int threads) {
		long start = System.nanoTime();
		long done = jobs.run(this.executor, threads, this.duration);
		return done * 1e9 / (System.nanoTime() - start);
	}

	/**
	 * How an application is set up.
	 */
	private enum Way {

		PLAIN("plain"),

		STARTER("starter"),

		STARTER_WITHOUT_TURNS("starter, serialize-lock-upgrades=false");

		private final String title;

		Way(String title) {
			this.title = title;
		}

		Application start(BenchmarkDatabase database) {
			Map<String, String> properties = new HashMap<>(database.properties(database.url()));
			properties.put("spring.datasource.hikari.maximum-pool-size", String.valueOf(POOL_SIZE));
			properties.put("matrixone.transaction.serialize-lock-upgrades", String.valueOf(this == STARTER));
			return (this == PLAIN) ? Application.plain(false, properties) : Application.withStarter(false, properties);
		}

	}

	/**
	 * One application with a database of its own.
	 */
	private record Side(Way way, BenchmarkDatabase database, Application application, Jobs counts,
			BlockingJobs jobs) implements AutoCloseable {

		static Side open(Way way, String name, int accounts, boolean foreignKey) {
			BenchmarkDatabase database = BenchmarkDatabase.create(name);
			if (foreignKey) {
				database.addForeignKey();
			}
			Application application = way.start(database);
			Jobs counts = new Jobs(accounts);
			return new Side(way, database, application, counts, new BlockingJobs(application.bean(JdbcTemplate.class),
					application.transaction(), counts, foreignKey));
		}

		/**
		 * Compare the database with what was done. Only where transactions meet on the
		 * same rows and do not take turns may it differ.
		 */
		void check(int accounts) {
			System.out.println(this.way.title + ":");
			this.counts.failures().forEach((failure, count) -> System.out.println(count + " × " + failure));
			if (accounts == Jobs.ACCOUNTS || this.way == Way.STARTER) {
				this.database.check(this.counts);
			}
			else {
				this.database.report(this.counts);
			}
		}

		@Override
		public void close() {
			this.application.close();
			this.database.close();
		}

	}

}
