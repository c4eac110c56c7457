package io.github.matrixone.spring.boot.autoconfigure;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;

/**
 * Observes commands, where Micrometer is on the class path.
 */
@FunctionalInterface
interface CommandObserver {

	/**
	 * Return a backend whose commands are observed.
	 * @param backend carries the commands out
	 * @return another one, or the same where nobody observes
	 */
	MatrixOneBackend observe(MatrixOneBackend backend);

}
