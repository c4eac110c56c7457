package io.github.matrixone.spring.boot.autoconfigure;

/**
 * Something to do after each restore.
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
