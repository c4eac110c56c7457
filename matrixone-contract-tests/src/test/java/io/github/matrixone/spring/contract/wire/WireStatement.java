package io.github.matrixone.spring.contract.wire;

/**
 * A statement as it arrived at a {@link WireServer}, with the state that it found there.
 *
 * @param connection the number of the connection, counted from 1
 * @param command the command of the protocol that brought it, such as {@code COM_QUERY}
 * @param sql the text without the comments before it and without a closing semicolon; a
 * statement that was prepared on the server has its parameters filled in; empty for a
 * command that has no text, such as {@code COM_PING}
 * @param begun whether a transaction was open that a BEGIN had begun
 * @param autocommit the session's autocommit
 * @param database the session's database
 */
public record WireStatement(int connection, String command, String sql, boolean begun, boolean autocommit,
		String database) {

	/**
	 * Return whether the statement was part of a transaction, begun by a BEGIN or by
	 * autocommit being off.
	 */
	public boolean isInTransaction() {
		return this.begun || !this.autocommit;
	}

	@Override
	public String toString() {
		String state = this.begun ? "begun" : this.autocommit ? "AUTOCOMMIT" : "autocommit=0";
		String text = this.sql.isEmpty() ? this.command : this.sql;
		return "c%d %s [%s, %s]".formatted(this.connection, text, state, this.database);
	}

}
