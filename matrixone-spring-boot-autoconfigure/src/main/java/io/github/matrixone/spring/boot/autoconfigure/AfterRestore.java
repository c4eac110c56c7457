package io.github.matrixone.spring.boot.autoconfigure;

/**
 * Something to do after each restore, and after rows were merged, picked or taken back:
 * clearing caches.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AfterRestore {

	/**
	 * Do it.
	 */
	void run();

}
