package io.github.matrixone.spring.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Measures what one transaction takes in a Spring Boot application with the starter and
 * in one without, each with JDBC and with JPA, and counts the round trips. With
 * {@code -Dbenchmark.arguments="rounds milliseconds database"} it runs other than
 * {@value #ROUNDS} rounds of {@value #MILLISECONDS} milliseconds, or in a database of
 * another name. The database must not be there; it is made and dropped.
 */
public final class TransactionBenchmark {

	private static final int ROUNDS = 9;

	private static final int MILLISECONDS = 500;

	private static final String DATABASE = "matrixone_benchmark";

	private static final List<TransactionContent> CASES = List.of(TransactionContent.of(0, 0, 0, 0.1),
			TransactionContent.of(1, 0, 0, 0.75).withTuned(), TransactionContent.of(0, 0, 1, 1).withTuned(),
			TransactionContent.of(1, 0, 1, 0.9), TransactionContent.of(10, 10, 0, 1),
			TransactionContent.of(1, 0, 0, 0.5).readOnly().withTuned(), TransactionContent.of(5, 0, 0, 1).readOnly(),
			TransactionContent.of(1, 0, 0, 0.75).onThreads(4), TransactionContent.of(0, 0, 1, 1).onThreads(4),
			TransactionContent.of(1, 0, 0, 0.5).readOnly().onThreads(4));

	/** What JPA has no word for. */
	private static final List<TransactionContent> JDBC_CASES = List.of(TransactionContent.ofUpserts(1, 1));

	private final BenchmarkDatabase database;

	private final TransactionContent.Work work = new TransactionContent.Work();

	private TransactionBenchmark(BenchmarkDatabase database) {
		this.database = database;
	}

	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		Duration duration = Duration.ofMillis((args.length > 1) ? Integer.parseInt(args[1]) : MILLISECONDS);
		String name = (args.length > 2) ? args[2] : DATABASE;
		try (BenchmarkDatabase database = BenchmarkDatabase.create(name)) {
			System.out.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
					+ " processors, " + rounds + " rounds of " + duration.toMillis() + " ms");
			database.addStock();
			TransactionBenchmark benchmark = new TransactionBenchmark(database);
			List<Result> results = new ArrayList<>();
			results.addAll(benchmark.run(false, rounds, duration));
			results.addAll(benchmark.run(true, rounds, duration));
			print(results);
			database.check(benchmark.work.updates(), benchmark.work.inserts());
			database.checkStock(benchmark.work.upserts());
		}
	}

	private List<Result> run(boolean jpa, int rounds, Duration duration) throws Exception {
		List<Result> results = new ArrayList<>();
		List<Map<Way, List<String>>> sent = listen(jpa);
		try (Applications applications = new Applications(jpa, this.database.properties(this.database.url()))) {
			for (TransactionContent content : cases(jpa)) {
				Comparison comparison = new Comparison(content.title(jpa), "µs");
				for (Way way : content.ways()) {
					Callable<Void> transaction = this.work.transaction(content, applications.get(way), jpa);
					comparison.add(way.title, () -> measure(transaction, content.threads(), duration));
				}
				comparison.run(rounds);
				results.add(new Result(content, jpa, comparison, sent.get(results.size())));
			}
		}
		return results;
	}

	private static List<TransactionContent> cases(boolean jpa) {
		return jpa ? CASES : Stream.of(CASES, JDBC_CASES).flatMap(List::stream).toList();
	}

	/**
	 * Return what each case sends in one transaction, each way, once nothing is sent for
	 * the first time.
	 */
	private List<Map<Way, List<String>>> listen(boolean jpa) throws Exception {
		List<Map<Way, List<String>>> sent = new ArrayList<>();
		try (WireLog log = WireLog.open(this.database.url())) {
			Map<String, String> properties = new HashMap<>(this.database.properties(log.through(this.database.url())));
			properties.put("spring.datasource.hikari.maximum-pool-size", "1");
			try (Applications applications = new Applications(jpa, properties)) {
				for (TransactionContent content : cases(jpa)) {
					Map<Way, List<String>> ways = new EnumMap<>(Way.class);
					for (Way way : content.ways()) {
						Callable<Void> transaction = this.work.transaction(content, applications.get(way), jpa);
						transaction.call();
						log.take();
						transaction.call();
						ways.put(way, log.take());
					}
					sent.add(ways);
				}
			}
		}
		return sent;
	}

	/**
	 * Do transactions for some time.
	 * @return the median of the microseconds that each has taken
	 */
	private static double measure(Callable<Void> transaction, int threads, Duration duration) throws Exception {
		Samples samples = new Samples();
		if (threads == 1) {
			times(transaction, duration).forEach(samples::add);
			return samples.median();
		}
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<List<Double>>> workers = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				workers.add(executor.submit(() -> times(transaction, duration)));
			}
			for (Future<List<Double>> worker : workers) {
				worker.get().forEach(samples::add);
			}
			return samples.median();
		}
		finally {
			executor.shutdown();
		}
	}

	private static List<Double> times(Callable<Void> transaction, Duration duration) throws Exception {
		List<Double> times = new ArrayList<>();
		long begin = System.nanoTime();
		long start = begin;
		while (start - begin < duration.toNanos()) {
			transaction.call();
			long end = System.nanoTime();
			times.add((end - start) / 1e3);
			start = end;
		}
		return times;
	}

	private static void print(List<Result> results) {
		System.out.println();
		Comparison.printHeading();
		results.forEach((result) -> result.comparison.print("%.0f"));
		System.out.println();
		System.out.println("| Transaction | Round trips, plain | Starter | Ratio of times | Goal | Met |");
		System.out.println("| --- | ---: | ---: | ---: | ---: | --- |");
		results.forEach(Result::printGoal);
		System.out.println();
		System.out.println("| Transaction | Round trips, plain tuned | Starter | Starter to plain tuned |");
		System.out.println("| --- | ---: | ---: | ---: |");
		results.forEach(Result::printTuned);
		System.out.println();
		System.out.println("| Transaction | How | What is sent |");
		System.out.println("| --- | --- | --- |");
		results.forEach(Result::printSent);
		System.out.println();
	}

	/**
	 * How an application is set up.
	 */
	enum Way {

		PLAIN("plain"),

		STARTER("starter"),

		/**
		 * As those do who know what a transaction sends: autocommit is off in the pool,
		 * Hibernate and the driver are told, and the driver does not send what the server
		 * accepts without effect.
		 */
		PLAIN_TUNED("plain, tuned");

		private final String title;

		Way(String title) {
			this.title = title;
		}

	}

	/**
	 * The applications, one of each way.
	 */
	private static final class Applications implements AutoCloseable {

		private final Map<Way, Application> applications = new EnumMap<>(Way.class);

		Applications(boolean jpa, Map<String, String> properties) {
			this.applications.put(Way.PLAIN, Application.plain(jpa, properties));
			this.applications.put(Way.STARTER, Application.withStarter(jpa, properties));
			Map<String, String> tuned = new HashMap<>(properties);
			tuned.put("spring.datasource.hikari.auto-commit", "false");
			tuned.put("spring.datasource.hikari.data-source-properties.useLocalSessionState", "true");
			tuned.put("spring.datasource.hikari.data-source-properties.readOnlyPropagatesToServer", "false");
			tuned.put("spring.jpa.properties.hibernate.connection.provider_disables_autocommit", "true");
			this.applications.put(Way.PLAIN_TUNED, Application.plain(jpa, tuned));
		}

		Application get(Way way) {
			Application application = this.applications.get(way);
			if (application == null) {
				throw new IllegalArgumentException("No application for " + way);
			}
			return application;
		}

		@Override
		public void close() {
			this.applications.values().forEach(Application::close);
		}

	}

	/**
	 * What was found out about one case.
	 */
	private record Result(TransactionContent content, boolean jpa, Comparison comparison, Map<Way, List<String>> sent) {

		void printGoal() {
			double ratio = ratio(Way.STARTER, Way.PLAIN);
			boolean met = Math.round(ratio * 100) <= Math.round(this.content.goal() * 100);
			System.out.printf(Locale.ROOT, "| %s | %d | %d | %.2f | %.2f | %s |%n", this.content.title(this.jpa),
					roundTrips(Way.PLAIN), roundTrips(Way.STARTER), ratio, this.content.goal(), met ? "yes" : "no");
		}

		void printTuned() {
			if (this.content.ways().contains(Way.PLAIN_TUNED)) {
				System.out.printf(Locale.ROOT, "| %s | %d | %d | %.2f |%n", this.content.title(this.jpa),
						roundTrips(Way.PLAIN_TUNED), roundTrips(Way.STARTER), ratio(Way.STARTER, Way.PLAIN_TUNED));
			}
		}

		void printSent() {
			if (this.content.threads() == 1) {
				this.content.ways()
					.forEach((way) -> System.out.println("| " + this.content.title(this.jpa) + " | " + way.title + " | "
							+ shortened(this.sent.getOrDefault(way, List.of())) + " |"));
			}
		}

		private double ratio(Way way, Way base) {
			return this.comparison.ratios(way.title, base.title).median();
		}

		private int roundTrips(Way way) {
			return this.sent.getOrDefault(way, List.of()).size();
		}

		/**
		 * Return the statements, the same ones in a row as one, those on tables by their
		 * first word.
		 */
		private static String shortened(List<String> statements) {
			StringJoiner text = new StringJoiner("; ");
			@Nullable String last = null;
			int times = 0;
			for (String statement : statements) {
				String next = statement.matches("(?i)(select|insert|update)\\b.*")
						? statement.split(" ", 2)[0].toUpperCase(Locale.ROOT) : statement;
				if (next.equals(last)) {
					times++;
					continue;
				}
				if (last != null) {
					text.add(last + ((times > 1) ? " × " + times : ""));
				}
				last = next;
				times = 1;
			}
			return text.add((last != null) ? last + ((times > 1) ? " × " + times : "") : "nothing").toString();
		}

	}

}
