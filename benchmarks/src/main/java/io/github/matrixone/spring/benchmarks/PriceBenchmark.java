package io.github.matrixone.spring.benchmarks;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures with JMH what a statement, a parameter, a row and an entry of a batch cost in
 * time and memory with the wrapper, and with others that stand in the same place, on a
 * driver that does nothing. Needs no server. With
 * {@code -Dbenchmark.arguments="forks milliseconds wrappers"} it runs other than
 * {@value #FORKS} processes of {@value #ITERATIONS} measured times {@value #MILLISECONDS}
 * milliseconds for each case, and not all of the wrappers.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PriceBenchmark {

	private static final int FORKS = 2;

	private static final int ITERATIONS = 5;

	private static final int MILLISECONDS = 400;

	private static final int WARMUP_ITERATIONS = 3;

	public static void main(String[] args) throws RunnerException {
		int forks = (args.length > 0) ? Integer.parseInt(args[0]) : FORKS;
		TimeValue time = TimeValue.milliseconds((args.length > 1) ? Integer.parseInt(args[1]) : MILLISECONDS);
		System.out.println("JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
				+ " processors, " + forks + " processes with " + WARMUP_ITERATIONS + " x " + time + " to warm up and "
				+ ITERATIONS + " x " + time + " measured");
		ChainedOptionsBuilder options = new OptionsBuilder().include(PriceBenchmark.class.getName() + '.')
			.forks(forks)
			.warmupIterations(WARMUP_ITERATIONS)
			.warmupTime(time)
			.measurementIterations(ITERATIONS)
			.measurementTime(time)
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT);
		if (args.length > 2) {
			options.param("wrapper", Arrays.copyOfRange(args, 2, args.length));
		}
		new PriceList(new Runner(options.build()).run()).print();
	}

	@Benchmark
	public void plain(PriceAccess access) throws SQLException {
		access.plain();
	}

	@Benchmark
	public void update(PriceAccess access) throws SQLException {
		access.update(1);
	}

	@Benchmark
	public void elevenUpdates(PriceAccess access) throws SQLException {
		access.update(11);
	}

	@Benchmark
	public void insert(PriceAccess access) throws SQLException {
		access.insert(1);
	}

	@Benchmark
	public void insertOfElevenColumns(PriceAccess access) throws SQLException {
		access.insert(11);
	}

	@Benchmark
	public void row(PriceAccess access, Blackhole blackhole) throws SQLException {
		access.query(1, true, blackhole);
	}

	@Benchmark
	public void manyRows(PriceAccess access, Blackhole blackhole) throws SQLException {
		access.query(101, true, blackhole);
	}

	@Benchmark
	public void manyRowsOfOneColumn(PriceAccess access, Blackhole blackhole) throws SQLException {
		access.query(101, false, blackhole);
	}

	@Benchmark
	public void batch(PriceAccess access, Blackhole blackhole) throws SQLException {
		blackhole.consume(access.batch(1));
	}

	@Benchmark
	public void longBatch(PriceAccess access, Blackhole blackhole) throws SQLException {
		blackhole.consume(access.batch(101));
	}

}
