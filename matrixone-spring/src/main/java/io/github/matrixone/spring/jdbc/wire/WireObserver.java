package io.github.matrixone.spring.jdbc.wire;

import java.sql.SQLException;

/**
 * Sees what a driver really sends, what it sends by itself included. Called by the thread
 * that sends.
 *
 * @since 0.1
 */
public interface WireObserver {

	/**
	 * Look at a text before it is sent. If this fails it is not sent.
	 * @param text the text
	 * @throws SQLException if it is refused
	 */
	void beforeText(WireText text) throws SQLException;

	/**
	 * Look at an execution of what was prepared on the server, of which the text was seen
	 * when it was prepared. If this fails it is not sent.
	 * @throws SQLException if it is refused
	 */
	void beforeExecution() throws SQLException;

	/**
	 * Look at a command without a text, such as a reset of the session, before it is
	 * sent. If this fails it is not sent.
	 * @param command the command's name
	 * @throws SQLException if it is refused
	 */
	void beforeCommand(String command) throws SQLException;

	/**
	 * Return whether to keep a limit of rows from the server, because setting it would
	 * end the transaction: the driver then counts the rows.
	 * @return whether to keep it
	 */
	boolean withholdsRowLimit();

	/**
	 * Take note of the answer to a text.
	 * @param inTransaction whether the server says that it is in a transaction
	 */
	void succeeded(boolean inTransaction);

	/**
	 * Take note that a text has failed.
	 */
	void failed();

}
