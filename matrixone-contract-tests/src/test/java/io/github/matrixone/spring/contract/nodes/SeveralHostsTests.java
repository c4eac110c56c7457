package io.github.matrixone.spring.contract.nodes;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * What the driver does with a URL of several hosts, and that such a URL is refused.
 */
@EnabledIfTwoNodes
class SeveralHostsTests {

	private static final String DATABASE = "ct_nodes_driver";

	private final JdbcTemplate jdbc = Node.first().jdbc("");

	@BeforeEach
	void createTable() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
		this.jdbc.execute("CREATE DATABASE " + DATABASE);
		this.jdbc.execute("CREATE TABLE ct_nodes_driver.item (id INT PRIMARY KEY)");
		await().ignoreExceptions()
			.until(() -> Node.second().jdbc(DATABASE).queryForList("SELECT id FROM item").isEmpty());
	}

	@AfterEach
	void dropDatabase() {
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mysql:loadbalance://", "jdbc:mysql:replication://", "jdbc:mysql://" })
	void aUrlOfSeveralHostsIsRefused(String scheme) {
		ServerUnderTest server = ServerUnderTest.get();
		DriverManagerDataSource target = new DriverManagerDataSource(severalHosts(scheme, ""), server.username(),
				server.password());
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
			.isThrownBy(() -> new MatrixOneDataSource(target).getConnection())
			.withMessageContaining("Name one host");
	}

	@Test
	void theDriverLeavesATransactionBehindWhenItBalancesTheLoad() throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		String url = severalHosts("jdbc:mysql:loadbalance://",
				"?loadBalanceStrategy=sequential&loadBalanceAutoCommitStatementThreshold=1");
		try (Connection connection = DriverManager.getConnection(url, server.username(), server.password());
				Statement statement = connection.createStatement()) {
			statement.execute("BEGIN");
			catchThrowable(() -> insertAndRollBack(connection));
		}
		await().until(() -> !this.jdbc.queryForList("SELECT id FROM ct_nodes_driver.item WHERE TRUE").isEmpty());
	}

	private static void insertAndRollBack(Connection connection) throws SQLException {
		for (int id = 1; id <= 3; id++) {
			try (Statement statement = connection.createStatement()) {
				statement.execute("INSERT INTO item VALUES (" + id + ")");
			}
		}
		try (Statement statement = connection.createStatement()) {
			statement.execute("ROLLBACK");
		}
	}

	private static String severalHosts(String scheme, String parameters) {
		return scheme + Node.first().address() + "," + Node.second().address() + "/" + DATABASE + parameters;
	}

}
