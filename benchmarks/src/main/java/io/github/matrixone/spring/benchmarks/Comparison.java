package io.github.matrixone.spring.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Several ways to do the same, measured in turns on the same server, so that what else
 * goes on there meets all of them. The first way is the one that the others are compared
 * with, round by round.
 */
final class Comparison {

	private final String title;

	private final String unit;

	private final List<Way> ways = new ArrayList<>();

	/**
	 * Create a comparison.
	 * @param title what is done
	 * @param unit the unit of the measured values
	 */
	Comparison(String title, String unit) {
		this.title = title;
		this.unit = unit;
	}

	/**
	 * Add a way.
	 * @param name how it is done
	 * @param measurement does it, for one round, and returns the measured value
	 */
	Comparison add(String name, Callable<Double> measurement) {
		this.ways.add(new Way(name, measurement, new Samples()));
		return this;
	}

	/**
	 * Measure all ways in turns, after one round that does not count.
	 */
	Comparison run(int rounds) throws Exception {
		List<Way> order = new ArrayList<>(this.ways);
		for (Way way : order) {
			way.measurement.call();
		}
		for (int round = 0; round < rounds; round++) {
			for (Way way : order) {
				way.samples.add(way.measurement.call());
			}
			Collections.rotate(order, 1);
		}
		return this;
	}

	/**
	 * Return how the values of a way relate to those of another in the same rounds.
	 * @param name the way
	 * @param base the way to compare with
	 */
	Samples ratios(String name, String base) {
		return samples(name).ratiosTo(samples(base));
	}

	/**
	 * Print the heading of a table for comparisons.
	 */
	static void printHeading() {
		System.out.println("| What | How | Median (lowest to highest) | Ratio (lowest to highest) |");
		System.out.println("| --- | --- | ---: | ---: |");
	}

	/**
	 * Print a row for each way.
	 * @param format the format of one value
	 */
	void print(String format) {
		Samples base = this.ways.get(0).samples;
		for (Way way : this.ways) {
			System.out.println("| " + this.title + " | " + way.name + " | " + way.samples.spread(format) + ' '
					+ this.unit + " | " + way.samples.ratiosTo(base).spread("%.2f") + " |");
		}
	}

	private Samples samples(String name) {
		return this.ways.stream().filter((way) -> way.name.equals(name)).findFirst().orElseThrow().samples;
	}

	private record Way(String name, Callable<Double> measurement, Samples samples) {
	}

}
