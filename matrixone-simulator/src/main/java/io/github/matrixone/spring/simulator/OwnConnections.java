package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Connections to the same database as the pool's, opened beside the pool. The first of
 * them finds the catalog made.
 */
final class OwnConnections extends AbstractDataSource {

	/** How long statements wait for each other, in milliseconds. */
	static final int LOCK_TIMEOUT = 10_000;

	private final DataSource pool;

	private volatile @Nullable DataSource own;

	OwnConnections(DataSource pool) {
		this.pool = pool;
	}

	@Override
	public Connection getConnection() throws SQLException {
		DataSource own = this.own;
		if (own != null) {
			return own.getConnection();
		}
		try (Connection connection = this.pool.getConnection()) {
			return prepare(connection).getConnection();
		}
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return getConnection();
	}

	/**
	 * Return a connection beside one that is at hand, so that the pool need not give
	 * another.
	 */
	Connection beside(Connection atHand) throws SQLException {
		return prepare(atHand).getConnection();
	}

	/**
	 * Learn from a connection of the pool how to open others.
	 */
	synchronized DataSource prepare(Connection atHand) throws SQLException {
		DataSource own = this.own;
		if (own == null) {
			own = likePool(atHand.getMetaData());
			try (Connection first = own.getConnection()) {
				Catalog.create(first);
			}
			this.own = own;
		}
		return own;
	}

	private static DataSource likePool(DatabaseMetaData pool) throws SQLException {
		String url = pool.getURL();
		if (url == null || !url.startsWith("jdbc:h2:") || !pool.storesLowerCaseIdentifiers()) {
			throw new IllegalStateException(
					"The simulator needs an H2 database that imitates MySQL, but the data " + "source leads to "
							+ pool.getDatabaseProductName() + " without these settings: use MatrixOneSimulator.url");
		}
		JdbcDataSource own = new JdbcDataSource();
		own.setURL(url + ";IFEXISTS=TRUE;LOCK_TIMEOUT=" + LOCK_TIMEOUT);
		own.setUser(pool.getUserName());
		own.setPassword(MatrixOneSimulator.PASSWORD);
		return own;
	}

}
