package io.github.matrixone.spring.contract.wire;

/**
 * The ways in which a unit of work ends.
 */
enum Ending {

	/**
	 * All is well.
	 */
	COMMIT,

	/**
	 * The application does not want it.
	 */
	ROLLBACK,

	/**
	 * A statement is the victim of a deadlock (20701): the server has dropped the
	 * transaction, and the application lets the error pass.
	 */
	DEADLOCK,

	/**
	 * The same, but the application catches the error, goes on and commits.
	 */
	DEADLOCK_CAUGHT,

	/**
	 * The connection is cut before or after a statement.
	 */
	CUT

}
