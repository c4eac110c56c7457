package io.github.matrixone.spring.contract.wire;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A data source that hands the same connection out again and again, on which
 * {@code close}, {@code commit} and {@code rollback} do nothing, until whoever has begun
 * ends it. As {@code @DSTransactional} of dynamic-datasource does.
 */
class OneConnectionDataSource extends AbstractDataSource implements AutoCloseable {

	private final HikariDataSource pool;

	private final ThreadLocal<@Nullable Connection> current = new ThreadLocal<>();

	OneConnectionDataSource(HikariDataSource pool) {
		this.pool = pool;
	}

	void begin() throws SQLException {
		Connection connection = this.pool.getConnection();
		connection.setAutoCommit(false);
		this.current.set(connection);
	}

	void end(boolean commit) throws SQLException {
		try (Connection connection = this.current.get()) {
			this.current.remove();
			if (commit) {
				connection.commit();
			}
			else {
				connection.rollback();
			}
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = this.current.get();
		return (connection != null) ? handedOut(connection) : this.pool.getConnection();
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return getConnection();
	}

	@Override
	public void close() {
		this.pool.close();
	}

	private static Connection handedOut(Connection connection) {
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "close", "commit", "rollback" -> null;
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					default -> {
						try {
							yield method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					}
				});
	}

}
