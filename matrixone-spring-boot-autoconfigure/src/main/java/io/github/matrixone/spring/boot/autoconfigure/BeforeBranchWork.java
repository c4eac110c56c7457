package io.github.matrixone.spring.boot.autoconfigure;

/**
 * Something to look at before each work in a branch, which may refuse it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BeforeBranchWork {

	/**
	 * Refuse the work if an application keeps something in memory that would get from the
	 * branch into its parent.
	 */
	void check();

}
