package io.github.matrixone.spring.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures what the starter adds to the start of a small Spring Boot application, each
 * start in a process of its own, in turns: the time until the application is ready, and
 * then, after its first transaction and a garbage collection, the heap, the loaded
 * classes and the threads. With {@code -Dbenchmark.arguments="starts database"} each way
 * starts other than {@value #STARTS} times, or in a database of another name. The
 * database must not be there; it is made and dropped.
 */
public final class StartupBenchmark {

	static final String FIGURES = "figures: ";

	static final String WITH_STARTER = "starter";

	static final String PLAIN = "plain";

	private static final int STARTS = 9;

	private static final String DATABASE = "matrixone_benchmark";

	private static final List<String> JPA = List.of("hibernate-", "jakarta.persistence-", "spring-boot-hibernate-",
			"spring-boot-jpa-", "spring-orm-");

	private static final List<String> STARTER = List.of("matrixone-spring-");

	/** What comes with the other benchmarks. */
	private static final List<String> OTHERS = List.of("jmh-", "jopt-simple-", "commons-math3-", "netty-", "r2dbc-",
			"reactor-", "spring-r2dbc-", "apiguardian-api-", "assertj-core-", "datasource-proxy-", "junit-",
			"matrixone-spring-boot-test-", "opentest4j-", "spring-boot-test-", "spring-test-");

	private StartupBenchmark() {
	}

	public static void main(String[] args) throws IOException, InterruptedException {
		int starts = (args.length > 0) ? Integer.parseInt(args[0]) : STARTS;
		String name = (args.length > 1) ? args[1] : DATABASE;
		System.out.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
				+ " processors, " + starts + " starts each");
		try (BenchmarkDatabase database = BenchmarkDatabase.create(name)) {
			List<Start> ways = List.of(new Start(database, false, false), new Start(database, false, true),
					new Start(database, true, false), new Start(database, true, true));
			for (Start way : ways) {
				way.run();
			}
			ways.forEach(Start::forget);
			List<Start> order = new ArrayList<>(ways);
			for (int i = 0; i < starts; i++) {
				for (Start way : order) {
					way.run();
				}
				Collections.rotate(order, 1);
			}
			print(ways);
		}
	}

	private static void print(List<Start> ways) {
		System.out.println();
		System.out.println("| Application | How | Ready after, ms | Ratio | Heap, MiB | Classes | Threads |");
		System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
		for (Start way : ways) {
			Start plain = ways.get(way.jpa ? 2 : 0);
			System.out.println("| " + (way.jpa ? "JPA" : "JDBC") + " | " + (way.starter ? "starter" : "plain") + " | "
					+ way.milliseconds.spread("%.0f") + " | "
					+ way.milliseconds.ratiosTo(plain.milliseconds).spread("%.2f") + " | "
					+ way.mebibytes.spread("%.1f") + " | " + way.classes.spread("%.0f") + " | "
					+ way.threads.spread("%.0f") + " |");
		}
	}

	/**
	 * One way to start, and what was measured of it.
	 */
	private static final class Start {

		private final BenchmarkDatabase database;

		private final boolean jpa;

		private final boolean starter;

		private Samples milliseconds = new Samples();

		private Samples mebibytes = new Samples();

		private Samples classes = new Samples();

		private Samples threads = new Samples();

		Start(BenchmarkDatabase database, boolean jpa, boolean starter) {
			this.database = database;
			this.jpa = jpa;
			this.starter = starter;
		}

		void forget() {
			this.milliseconds = new Samples();
			this.mebibytes = new Samples();
			this.classes = new Samples();
			this.threads = new Samples();
		}

		void run() throws IOException, InterruptedException {
			String[] figures = start().split(" ");
			String way = this.starter ? WITH_STARTER : PLAIN;
			if (!figures[4].equals(String.valueOf(Jobs.ACCOUNTS)) || !figures[5].equals(way)) {
				throw new IllegalStateException(
						"Not " + Jobs.ACCOUNTS + " rows read, " + way + ": " + String.join(" ", figures));
			}
			this.milliseconds.add(Double.parseDouble(figures[0]));
			this.mebibytes.add(Double.parseDouble(figures[1]) / (1024 * 1024));
			this.classes.add(Double.parseDouble(figures[2]));
			this.threads.add(Double.parseDouble(figures[3]));
		}

		private String start() throws IOException, InterruptedException {
			ProcessBuilder builder = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
					"-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Duser.timezone=UTC", "-classpath",
					classPath(), StartedApplication.class.getName());
			builder.environment().put("SPRING_MAIN_BANNER_MODE", "off");
			builder.environment().put("LOGGING_LEVEL_ROOT", "warn");
			builder.environment().put("SPRING_JPA_HIBERNATE_DDL_AUTO", "none");
			this.database.properties(this.database.url())
				.forEach((name, value) -> builder.environment().put(environmentName(name), value));
			Process process = builder.redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException(output);
			}
			return output.lines()
				.filter((line) -> line.startsWith(FIGURES))
				.map((line) -> line.substring(FIGURES.length()))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException(output));
		}

		private static String environmentName(String property) {
			return property.replace('.', '_').toUpperCase(Locale.ROOT);
		}

		private String classPath() {
			List<String> without = Stream
				.of(OTHERS, this.jpa ? List.<String>of() : JPA, this.starter ? List.<String>of() : STARTER)
				.flatMap(List::stream)
				.toList();
			return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter((entry) -> without.stream().noneMatch(new File(entry).getName()::startsWith))
				.collect(Collectors.joining(File.pathSeparator));
		}

	}

}
