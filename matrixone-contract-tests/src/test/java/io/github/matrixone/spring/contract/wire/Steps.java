package io.github.matrixone.spring.contract.wire;

/**
 * What a unit of work consists of.
 */
interface Steps {

	/**
	 * Write a row.
	 */
	void write(long id) throws Exception;

	/**
	 * Send a statement in the given way. It writes as well, unless it only can read.
	 */
	void send(Way way, long id) throws Exception;

}
