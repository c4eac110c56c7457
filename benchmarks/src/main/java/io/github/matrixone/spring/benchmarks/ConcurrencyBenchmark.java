package io.github.matrixone.spring.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Measures how many small transactions a second blocking code gets done on platform
 * threads and on virtual threads, and reactive code on R2DBC, each on the same server, in
 * turns, so that the ratios of one run can be compared. Run it with
 *
 * <pre>
 * MATRIXONE_URL=jdbc:mysql://127.0.0.1:6001/ ./mvnw -q -Pbenchmarks -pl benchmarks -am verify -DskipTests
 * </pre>
 *
 * on JDK 21 or later; before that the virtual threads are left out. The user and the
 * password come from {@code MATRIXONE_USERNAME} and {@code MATRIXONE_PASSWORD}. With
 * {@code -Dbenchmark.arguments="rounds seconds database"} it runs other than
 * {@value #ROUNDS} rounds of {@value #SECONDS} seconds in a database of another name. The
 * database must not be there; it is made and dropped.
 */
public final class ConcurrencyBenchmark {

	private static final int ROUNDS = 7;

	private static final int SECONDS = 3;

	private static final String DATABASE = "matrixone_benchmark";

	private static final List<Integer> POOL_SIZES = List.of(10, 50);

	private ConcurrencyBenchmark() {
	}

	public static void main(String[] args) {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		Duration duration = Duration.ofSeconds((args.length > 1) ? Integer.parseInt(args[1]) : SECONDS);
		String database = (args.length > 2) ? args[2] : DATABASE;
		try (BenchmarkDatabase server = BenchmarkDatabase.create(database)) {
			run(server, rounds, duration);
		}
	}

	private static void run(BenchmarkDatabase server, int rounds, Duration duration) {
		Jobs jobs = new Jobs();
		List<Variant> variants = new ArrayList<>();
		for (int poolSize : POOL_SIZES) {
			variants.addAll(variants(server, jobs, poolSize));
		}
		List<Variant> order = new ArrayList<>(variants);
		order.forEach((variant) -> variant.warmUp(duration));
		for (int round = 0; round < rounds; round++) {
			order.forEach((variant) -> variant.run(duration));
			Collections.rotate(order, 3);
		}
		print(variants, rounds, duration);
		jobs.failures().forEach((failure, count) -> System.out.println(count + " × " + failure));
		server.check(jobs);
	}

	private static List<Variant> variants(BenchmarkDatabase server, Jobs jobs, int poolSize) {
		List<Variant> variants = new ArrayList<>();
		DataSource dataSource = server.dataSource(poolSize);
		BlockingJobs blocking = new BlockingJobs(new JdbcTemplate(dataSource),
				new TransactionTemplate(new JdbcTransactionManager(dataSource)), jobs, false);
		SimpleAsyncTaskExecutor platformThreads = new SimpleAsyncTaskExecutor();
		Variant baseline = new Variant("JDBC, 16 platform threads", poolSize, null, jobs,
				(duration) -> blocking.run(platformThreads, 16, duration));
		variants.add(baseline);
		for (int threads : List.of(64, 256)) {
			variants.add(new Variant("JDBC, " + threads + " platform threads", poolSize, baseline, jobs,
					(duration) -> blocking.run(platformThreads, threads, duration)));
		}
		if (Runtime.version().feature() >= 21) {
			SimpleAsyncTaskExecutor virtualThreads = new SimpleAsyncTaskExecutor();
			virtualThreads.setVirtualThreads(true);
			for (int threads : List.of(256, 1000)) {
				variants.add(new Variant("JDBC, " + threads + " virtual threads", poolSize, baseline, jobs,
						(duration) -> blocking.run(virtualThreads, threads, duration)));
			}
		}
		ReactiveJobs plain = new ReactiveJobs(server.connectionFactory("mysql", poolSize), jobs);
		ReactiveJobs reactive = new ReactiveJobs(server.connectionFactory("matrixone", poolSize), jobs);
		for (int concurrency : List.of(256, 1000)) {
			variants.add(new Variant("R2DBC, " + concurrency + " at once", poolSize, baseline, jobs,
					(duration) -> reactive.run(concurrency, duration)));
		}
		variants.add(new Variant("R2DBC without the wrapper, 256 at once", poolSize, baseline, jobs,
				(duration) -> plain.run(256, duration)));
		return variants;
	}

	private static void print(List<Variant> variants, int rounds, Duration duration) {
		System.out.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
				+ " processors, " + rounds + " rounds of " + duration.toSeconds() + " s");
		System.out.println();
		System.out.println("| Jobs | Pool | Jobs a second, median (lowest to highest) | Ratio, median (lowest to "
				+ "highest) | Errors |");
		System.out.println("| --- | ---: | ---: | ---: | ---: |");
		for (Variant variant : variants) {
			System.out.printf(Locale.ROOT, "| %s | %d | %s | %s | %d |%n", variant.name(), variant.poolSize(),
					variant.rates().spread("%.0f"), variant.ratios().spread("%.2f"), variant.errors());
		}
	}

}
