package io.github.matrixone.spring.boot.test.sandbox.database;

import java.sql.Connection;
import java.sql.SQLException;

import org.springframework.jdbc.datasource.AbstractDataSource;

import io.github.matrixone.spring.jdbc.connection.ConnectionSource;

/**
 * Opens each connection.
 */
public final class SourceDataSource extends AbstractDataSource {

	private final ConnectionSource source;

	/**
	 * Create a data source.
	 * @param source opens the connections
	 */
	public SourceDataSource(ConnectionSource source) {
		this.source = source;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.source.open();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return getConnection();
	}

}
