package io.github.matrixone.spring.snapshot;

/**
 * What a snapshot holds.
 *
 * @since 0.1
 */
public enum SnapshotLevel {

	/**
	 * All accounts. Only an administrator of the sys account may take one.
	 */
	CLUSTER,

	/**
	 * All databases of an account.
	 */
	ACCOUNT,

	/**
	 * All tables of a database.
	 */
	DATABASE,

	/**
	 * One table.
	 */
	TABLE

}
