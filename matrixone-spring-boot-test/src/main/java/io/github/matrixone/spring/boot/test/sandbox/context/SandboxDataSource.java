package io.github.matrixone.spring.boot.test.sandbox.context;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.springframework.jdbc.datasource.AbstractDataSource;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.database.SourceDataSource;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.CurrentDatabase;

/**
 * Gives connections of the application's pool that use the database of the current
 * sandbox. Does not unwrap to the pool, whose connections may use any.
 */
final class SandboxDataSource extends AbstractDataSource implements CurrentDatabase {

	private final Sandboxes sandboxes;

	private final ForbiddenNames names;

	private final DataSource pool;

	SandboxDataSource(Sandboxes sandboxes, DataSource pool) {
		this.sandboxes = sandboxes;
		this.names = new ForbiddenNames(sandboxes);
		this.pool = ProxyDataSourceBuilder.create(pool).listener(this.names).build();
	}

	/**
	 * Return connections to the current sandbox that do not come from the pool.
	 * @param sandboxes the sandboxes
	 * @param source opens them, with any database
	 */
	static SandboxDataSource beside(Sandboxes sandboxes, ConnectionSource source) {
		return new SandboxDataSource(sandboxes, new SourceDataSource(source));
	}

	@Override
	public Connection getConnection() throws SQLException {
		String database = this.sandboxes.currentDatabase();
		Connection connection = this.pool.getConnection();
		try {
			this.sandboxes.databases().use(connection, database);
			return SandboxConnection.wrap(connection, this.sandboxes, this.names);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	@Override
	public DatabaseName get() {
		return DatabaseName.of(this.sandboxes.currentDatabase());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SandboxException("A sandbox has connections of the pool's own user only");
	}

}
