package io.github.matrixone.spring.benchmarks;

import java.time.Duration;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * One way to do the jobs, and what was measured of it.
 */
final class Variant {

	private final String name;

	private final int poolSize;

	private final @Nullable Variant baseline;

	private final Jobs jobs;

	private final ToLongFunction<Duration> work;

	private final Samples rates = new Samples();

	private long errors;

	/**
	 * Create a variant.
	 * @param name what is done, for the table
	 * @param poolSize how many connections there are
	 * @param baseline what to compare with, or {@code null} if this is it
	 * @param jobs the jobs, which count their failures
	 * @param work does jobs for some time and returns how many were done
	 */
	Variant(String name, int poolSize, @Nullable Variant baseline, Jobs jobs, ToLongFunction<Duration> work) {
		this.name = name;
		this.poolSize = poolSize;
		this.baseline = baseline;
		this.jobs = jobs;
		this.work = work;
	}

	void warmUp(Duration duration) {
		this.work.applyAsLong(duration);
	}

	void run(Duration duration) {
		long failedBefore = this.jobs.failed();
		long start = System.nanoTime();
		long done = this.work.applyAsLong(duration);
		this.rates.add(done * 1e9 / (System.nanoTime() - start));
		this.errors += this.jobs.failed() - failedBefore;
	}

	String name() {
		return this.name;
	}

	int poolSize() {
		return this.poolSize;
	}

	Samples rates() {
		return this.rates;
	}

	/**
	 * Return the rates as multiples of the baseline's in the same rounds.
	 */
	Samples ratios() {
		return this.rates.ratiosTo((this.baseline != null) ? this.baseline.rates : this.rates);
	}

	long errors() {
		return this.errors;
	}

}
