package io.github.matrixone.spring.transaction;

/**
 * How a transaction ended.
 *
 * @since 0.1
 */
public enum TransactionOutcome {

	/**
	 * The server has acknowledged the commit, or there was nothing to commit.
	 */
	COMMITTED,

	/**
	 * The transaction was rolled back, or the server has refused to commit it.
	 */
	ROLLED_BACK,

	/**
	 * The connection or the server failed while the transaction was being committed.
	 */
	UNKNOWN

}
