package io.github.matrixone.spring.contract.wire;

/**
 * The ways in which an application sends its statements.
 */
enum Way {

	/**
	 * A text, as it is.
	 */
	STATEMENT,

	/**
	 * A text with parameters.
	 */
	PREPARED,

	/**
	 * Several rows at once.
	 */
	BATCH,

	/**
	 * A result that is read row by row.
	 */
	STREAMING,

	/**
	 * A procedure.
	 */
	CALLABLE,

	/**
	 * Several statements in one text.
	 */
	SEVERAL

}
