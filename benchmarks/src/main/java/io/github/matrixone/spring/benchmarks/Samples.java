package io.github.matrixone.spring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of one way to do something, one value per round.
 */
final class Samples {

	private final List<Double> values = new ArrayList<>();

	void add(double value) {
		this.values.add(value);
	}

	/**
	 * Return these values as multiples of others of the same rounds.
	 */
	Samples ratiosTo(Samples others) {
		Samples ratios = new Samples();
		for (int round = 0; round < this.values.size(); round++) {
			ratios.add(this.values.get(round) / others.values.get(round));
		}
		return ratios;
	}

	double median() {
		List<Double> sorted = sorted();
		int size = sorted.size();
		return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
	}

	/**
	 * Return the median with the lowest and the highest value.
	 * @param format the format of one value
	 */
	String spread(String format) {
		List<Double> sorted = sorted();
		return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", median(), sorted.get(0),
				sorted.get(sorted.size() - 1));
	}

	private List<Double> sorted() {
		return this.values.stream().sorted().toList();
	}

}
