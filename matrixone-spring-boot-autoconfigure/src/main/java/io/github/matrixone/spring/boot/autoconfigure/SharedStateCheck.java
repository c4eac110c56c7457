package io.github.matrixone.spring.boot.autoconfigure;

/**
 * What is looked at before work in a branch, or in the past: refuses it where something
 * is kept in memory that would get from there to the database itself, or the other way.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SharedStateCheck {

	/**
	 * Look whether something is kept.
	 * @param toWrite whether the work may write
	 */
	void check(boolean toWrite);

}
