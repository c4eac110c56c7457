package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.CurrentDatabase;

/**
 * Hands out a pool's connections as the first of them was. A pool does not undo what a
 * {@code USE} or {@code SET} sent as a statement has changed. The pool may say by itself
 * in which database its connections begin, as a {@link CurrentDatabase}.
 */
final class UnchangedDataSource extends DelegatingDataSource {

	private volatile @Nullable State initial;

	UnchangedDataSource(DataSource pool) {
		super(pool);
	}

	@Override
	public Connection getConnection() throws SQLException {
		State initial = this.initial;
		return (initial != null) ? unchanged(super.getConnection(), current(initial)) : first();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		State initial = this.initial;
		Connection connection = super.getConnection(username, password);
		return (initial != null) ? unchanged(connection, current(initial)) : connection;
	}

	private State current(State initial) throws SQLException {
		DatabaseName database = (getTargetDataSource() instanceof CurrentDatabase current) ? current.get() : null;
		return (database != null) ? new State(initial.autoCommit(), database.value()) : initial;
	}

	/**
	 * Open first connections one by one: H2 does not look up and make a schema in one
	 * step.
	 */
	private Connection first() throws SQLException {
		synchronized (UnchangedDataSource.class) {
			Connection connection = super.getConnection();
			this.initial = new State(connection.getAutoCommit(), connection.getSchema());
			return connection;
		}
	}

	private static Connection unchanged(Connection connection, State initial) throws SQLException {
		try {
			initial.restore(connection);
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private record State(boolean autoCommit, String schema) {

		void restore(Connection connection) throws SQLException {
			if (connection.getAutoCommit() != this.autoCommit) {
				if (this.autoCommit) {
					connection.rollback();
				}
				connection.setAutoCommit(this.autoCommit);
			}
			if (!Objects.equals(connection.getSchema(), this.schema)) {
				connection.setSchema(this.schema);
			}
		}

	}

}
