package io.github.matrixone.spring.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.sql.SqlStatement;

/**
 * Measures with JMH the time and the memory that the wrapper takes in the client: between
 * a pool and a driver that does nothing, against that driver alone in the pool. Needs no
 * server. With {@code -Dbenchmark.arguments="forks iterations"} it runs other than
 * {@value #FORKS} processes of {@value #ITERATIONS} measured seconds for each case.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OverheadBenchmark {

	private static final int FORKS = 2;

	private static final int ITERATIONS = 5;

	private static final String WRAPPER = "MatrixOneDataSource";

	public static void main(String[] args) throws RunnerException {
		int forks = (args.length > 0) ? Integer.parseInt(args[0]) : FORKS;
		int iterations = (args.length > 1) ? Integer.parseInt(args[1]) : ITERATIONS;
		System.out.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
				+ " processors, " + forks + " processes with 3 seconds to warm up and " + iterations + " measured");
		print(new Runner(new OptionsBuilder().include(OverheadBenchmark.class.getName() + '.')
			.forks(forks)
			.warmupIterations(3)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(iterations)
			.measurementTime(TimeValue.seconds(1))
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.build()).run());
	}

	@Benchmark
	public void connection(Access access) throws SQLException {
		access.dataSource.getConnection().close();
	}

	@Benchmark
	public long emptyTransaction(Access access) throws SQLException {
		return access.transaction(0, 0, 0);
	}

	@Benchmark
	public long oneSelect(Access access) throws SQLException {
		return access.transaction(1, 0, 0);
	}

	@Benchmark
	public long oneInsert(Access access) throws SQLException {
		return access.transaction(0, 0, 1);
	}

	@Benchmark
	public long tenSelectsAndTenUpdates(Access access) throws SQLException {
		return access.transaction(10, 10, 0);
	}

	@Benchmark
	public List<SqlStatement> classificationOfKnownText(Texts texts) {
		return SqlStatement.parse(Jobs.SELECT);
	}

	@Benchmark
	public List<SqlStatement> classificationOfNewText(Texts texts) {
		return SqlStatement.parse(texts.next());
	}

	private static void print(Iterable<RunResult> results) {
		Map<String, Cost> costs = new TreeMap<>();
		for (RunResult result : results) {
			String way = result.getParams().getParam("way");
			String name = result.getParams().getBenchmark();
			costs.put(name.substring(name.lastIndexOf('.') + 1) + ", " + ((way != null) ? way : "SqlStatement"),
					Cost.of(result));
		}
		System.out.println();
		System.out.println("| What | How | ns (error at 99.9 %) | Bytes allocated |");
		System.out.println("| --- | --- | ---: | ---: |");
		costs.forEach((name, cost) -> System.out.printf(Locale.ROOT, "| %s | %.0f (± %.0f) | %.0f |%n",
				name.replace(", ", " | "), cost.nanoseconds, cost.error, cost.bytes));
		System.out.println();
		Cost many = added(costs, "tenSelectsAndTenUpdates");
		Cost none = added(costs, "emptyTransaction");
		System.out.printf(Locale.ROOT,
				"The wrapper adds %.0f ns and %.0f bytes to an empty transaction, and %.0f ns and %.0f bytes to "
						+ "each of 20 statements, BEGIN and COMMIT included%n",
				none.nanoseconds, none.bytes, (many.nanoseconds - none.nanoseconds) / 20,
				(many.bytes - none.bytes) / 20);
	}

	private static Cost added(Map<String, Cost> costs, String name) {
		Cost bare = costs.getOrDefault(name + ", bare", Cost.NONE);
		Cost wrapped = costs.getOrDefault(name + ", " + WRAPPER, Cost.NONE);
		return new Cost(wrapped.nanoseconds - bare.nanoseconds, 0, wrapped.bytes - bare.bytes);
	}

	/**
	 * A data source on the driver that does nothing.
	 */
	@State(Scope.Thread)
	public static class Access {

		/**
		 * How to get at the driver.
		 */
		@Param({ "bare", WRAPPER })
		@SuppressWarnings("NullAway.Init")
		public String way;

		private final StubDriver driver = new StubDriver();

		@SuppressWarnings("NullAway.Init")
		private HikariDataSource dataSource;

		private long transactions;

		private long writing;

		private long statements;

		@Setup
		public void setUp() {
			HikariConfig pool = new HikariConfig();
			pool.setMaximumPoolSize(1);
			pool.setDataSource(
					this.way.equals(WRAPPER) ? new MatrixOneDataSource(this.driver.dataSource(), new StubConnections())
							: this.driver.dataSource());
			this.dataSource = new HikariDataSource(pool);
		}

		/**
		 * Compare what has reached the driver with what was done.
		 */
		@TearDown
		public void check() {
			this.dataSource.close();
			long begins = this.way.equals(WRAPPER) ? this.writing : this.transactions;
			if (this.driver.statements() != this.statements || this.driver.begins() != begins
					|| this.driver.commits() != begins) {
				throw new IllegalStateException(
						begins + " transactions with " + this.statements + " statements, but the driver was asked for "
								+ this.driver.begins() + " with " + this.driver.statements());
			}
		}

		long transaction(int selects, int updates, int inserts) throws SQLException {
			long sum = 0;
			try (Connection connection = this.dataSource.getConnection()) {
				connection.setAutoCommit(false);
				for (int i = 0; i < selects; i++) {
					sum += select(connection);
				}
				for (int i = 0; i < updates; i++) {
					sum += update(connection, Jobs.UPDATE);
				}
				for (int i = 0; i < inserts; i++) {
					sum += update(connection, Jobs.INSERT);
				}
				connection.commit();
				connection.setAutoCommit(true);
			}
			this.transactions++;
			this.writing += (updates + inserts > 0) ? 1 : 0;
			this.statements += selects + updates + inserts;
			return sum;
		}

		private static long select(Connection connection) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement(Jobs.SELECT)) {
				statement.setInt(1, 1);
				try (ResultSet rows = statement.executeQuery()) {
					return rows.next() ? rows.getLong(1) : 0;
				}
			}
		}

		private static long update(Connection connection, String sql) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				statement.setInt(1, 1);
				return statement.executeUpdate();
			}
		}

	}

	/**
	 * Takes the driver for one that leads to a MatrixOne.
	 */
	private static final class StubConnections extends MatrixOneConnections {

		StubConnections() {
			setReadCommitted(true);
		}

		@Override
		protected boolean isMatrixOne(Connection connection) {
			return true;
		}

	}

	/**
	 * More texts than are kept in mind.
	 */
	@State(Scope.Thread)
	public static class Texts {

		private final List<String> texts = IntStream.range(0, 10_000)
			.mapToObj((i) -> "SELECT balance FROM account WHERE id = " + i)
			.toList();

		private int next;

		String next() {
			this.next = (this.next + 1) % this.texts.size();
			return this.texts.get(this.next);
		}

	}

	/**
	 * What an operation takes.
	 *
	 * @param nanoseconds the time
	 * @param error how far off it may be
	 * @param bytes the memory
	 */
	private record Cost(double nanoseconds, double error, double bytes) {

		private static final Cost NONE = new Cost(0, 0, 0);

		static Cost of(RunResult result) {
			return new Cost(result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError(),
					Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore());
		}

	}

}
