package io.github.matrixone.spring.contract.wire;

import java.sql.Connection;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.boot.autoconfigure.pool.PoolSeats;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A level of isolation that a pool is set to, and one that its user asks for.
 */
class PoolIsolationTests {

	@Test
	void aPoolThatIsSetToALevelStillStartsAndItsUserIsRefused() throws Exception {
		try (WireServer server = WireServer.start(ServerKind.MATRIXONE);
				HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(server.url(""));
			pool.setUsername("root");
			pool.setPassword("111");
			pool.setMaximumPoolSize(1);
			pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
			new PoolSeats(new MatrixOneConnections()).take(pool);
			try (Connection connection = pool.getConnection()) {
				assertThatExceptionOfType(StatementRefusedException.class)
					.isThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.isValid(1)).isTrue();
			}
			assertThat(server.sql()).noneMatch((sql) -> sql.contains("ISOLATION"));
		}
	}

}
