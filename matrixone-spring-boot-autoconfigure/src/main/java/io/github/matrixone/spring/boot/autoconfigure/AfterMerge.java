package io.github.matrixone.spring.boot.autoconfigure;

/**
 * Something to do after rows were merged, picked or taken back, in the transaction and
 * again at its end: clearing caches.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AfterMerge {

	/**
	 * Do it.
	 */
	void run();

}
