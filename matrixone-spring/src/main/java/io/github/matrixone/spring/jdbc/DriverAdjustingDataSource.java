package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.matrixone.spring.backend.ServerBackend;

/**
 * {@link DelegatingDataSource} that adjusts the driver's settings on connections to a
 * MatrixOne and changes nothing else. For tools that read the database's metadata and
 * manage transactions themselves, such as Flyway and Liquibase. Thread-safe.
 *
 * @since 0.1
 * @see DriverSettings#adjust(Connection)
 */
public class DriverAdjustingDataSource extends DelegatingDataSource {

	/**
	 * Create a data source.
	 * @param targetDataSource the data source to take connections from
	 */
	public DriverAdjustingDataSource(DataSource targetDataSource) {
		super(targetDataSource);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return adjusted(super.getConnection());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return adjusted(super.getConnection(username, password));
	}

	private static Connection adjusted(Connection connection) throws SQLException {
		try {
			if (ServerBackend.isMatrixOne(connection)) {
				DriverSettings.adjust(connection);
			}
			return connection;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

}
