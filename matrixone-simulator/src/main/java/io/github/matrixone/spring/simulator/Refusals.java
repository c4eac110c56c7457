package io.github.matrixone.spring.simulator;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * What is said when the simulator cannot do something.
 */
final class Refusals {

	private Refusals() {
	}

	static String message(String whatAndCure) {
		return "The simulator cannot " + whatAndCure + ", or run on a MatrixOne server";
	}

	static UnsupportedByServerException cannot(String whatAndCure) {
		return new UnsupportedByServerException(message(whatAndCure));
	}

}
