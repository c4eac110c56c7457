package io.github.matrixone.spring.boot.autoconfigure;

/**
 * Something to do after each restore.
 */
@FunctionalInterface
interface AfterRestore {

	void run();

}
