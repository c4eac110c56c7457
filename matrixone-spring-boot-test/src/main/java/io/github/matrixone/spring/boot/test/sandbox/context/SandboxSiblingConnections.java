package io.github.matrixone.spring.boot.test.sandbox.context;

import java.sql.Connection;
import java.sql.SQLException;

import io.github.matrixone.spring.jdbc.SiblingConnections;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;

/**
 * Gives connections for commands beside a transaction that use the database of the
 * current sandbox. They are kept and used again for other sandboxes. On the simulator
 * they come from beneath and do so already.
 *
 * @param sandboxes the sandboxes
 * @param target gives connections to any database
 */
record SandboxSiblingConnections(Sandboxes sandboxes, SiblingConnections target) implements SiblingConnections {

	@Override
	public Connection get(ConnectionSource source) throws SQLException {
		if (source instanceof SandboxConnection.Source inSandbox) {
			return SandboxDataSource.beside(this.sandboxes, () -> this.target.get(inSandbox.target())).getConnection();
		}
		return this.target.get(source);
	}

}
