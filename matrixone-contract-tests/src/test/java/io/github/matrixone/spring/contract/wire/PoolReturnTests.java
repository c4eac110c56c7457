package io.github.matrixone.spring.contract.wire;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.pool.PoolSeats;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a transaction that the server has dropped leaves to the pool's next user.
 */
class PoolReturnTests {

	private static final String LOCK = "SELECT n FROM item WHERE id = 1 FOR UPDATE";

	@Test
	void aConnectionOfALostTransactionGoesBackAsItCame() throws Exception {
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE); HikariDataSource pool = pool(server)) {
			server.failOnce(LOCK, 1205);
			try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
				connection.setReadOnly(true);
				connection.setAutoCommit(false);
				statement.execute("USE other");
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery(LOCK));
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.setAutoCommit(true));
			}
			assertNothingIsLeft(server, pool);
		}
	}

	@Test
	void autocommitDoesNotHideALostTransactionFromAUserOfTomcatsPool() throws Exception {
		org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE)) {
			pool.setUrl(server.url());
			pool.setDriverClassName("com.mysql.cj.jdbc.Driver");
			pool.setUsername("root");
			pool.setPassword("111");
			new PoolSeats(new MatrixOneConnections()).take(pool);
			server.failOnce(LOCK, 1205);
			try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery(LOCK));
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.setAutoCommit(true));
				assertThatExceptionOfType(SQLException.class).isThrownBy(connection::rollback);
			}
		}
		finally {
			pool.close();
		}
	}

	@Test
	void aLostTransactionOfSpringLeavesNothing() throws Exception {
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE); HikariDataSource pool = pool(server)) {
			server.failOnce(LOCK, 1205);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.setExceptionTranslator(new MatrixOneExceptionTranslator());
			TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
			assertThatExceptionOfType(TransactionException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
					jdbc.execute("USE other");
					assertThatExceptionOfType(CannotAcquireLockException.class)
						.isThrownBy(() -> jdbc.queryForList(LOCK));
				}));
			assertNothingIsLeft(server, pool);
		}
	}

	private static void assertNothingIsLeft(WireServer server, HikariDataSource pool) throws SQLException {
		assertThat(server.commands().toString()).contains("USE `shop`");
		server.forget();
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			assertThat(connection.isReadOnly()).isFalse();
			assertThat(connection.getAutoCommit()).isTrue();
			statement.execute("UPDATE item SET n = 1");
			assertThat(server.committed()).contains("UPDATE item SET n = 1");
		}
	}

	private static HikariDataSource pool(WireServer server) {
		HikariDataSource pool = RoutedCommandsTests.pool(server);
		new PoolSeats(new MatrixOneConnections()).take(pool);
		return pool;
	}

}
