package io.github.matrixone.spring.chaos;

import java.util.List;

/**
 * The arguments of a program: numbers, and {@code without-starter} to see that the
 * verdict notices its absence.
 *
 * @param numbers the numbers
 * @param withStarter whether the starter does its work
 */
record Arguments(List<Integer> numbers, boolean withStarter) {

	private static final String WITHOUT_STARTER = "without-starter";

	static Arguments of(String[] args) {
		List<String> all = List.of(args);
		return new Arguments(all.stream().filter((arg) -> !arg.equals(WITHOUT_STARTER)).map(Integer::valueOf).toList(),
				!all.contains(WITHOUT_STARTER));
	}

	int number(int index, int defaultValue) {
		return (index < this.numbers.size()) ? this.numbers.get(index) : defaultValue;
	}

}
