package io.github.matrixone.spring.contract.access;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A pool whose connections send {@code RESTORE} of a database with a view, after which
 * the server resolves names where the view is.
 */
@EnabledIfServer
class RestoredSessionTests {

	private static final String RESTORE = "RESTORE DATABASE ct_restored_view {SNAPSHOT = 'ct_restored_view'}";

	private static final String COUNT = "SELECT count(*) FROM item";

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc("mo_catalog");

	@BeforeEach
	void setUp() {
		tearDown();
		this.plain.execute("CREATE DATABASE ct_restored");
		this.plain.execute("CREATE DATABASE ct_restored_view");
		this.plain.execute("CREATE TABLE ct_restored.item (id INT PRIMARY KEY)");
		this.plain.execute("INSERT INTO ct_restored.item VALUES (1), (2)");
		this.plain.execute("CREATE TABLE ct_restored_view.item (id INT PRIMARY KEY)");
		this.plain.execute("CREATE VIEW ct_restored_view.ids AS SELECT id FROM ct_restored_view.item");
		this.plain.execute("CREATE SNAPSHOT ct_restored_view FOR DATABASE ct_restored_view");
	}

	@AfterEach
	void tearDown() {
		this.plain.execute("DROP SNAPSHOT IF EXISTS ct_restored_view");
		this.plain.execute("DROP DATABASE IF EXISTS ct_restored");
		this.plain.execute("DROP DATABASE IF EXISTS ct_restored_view");
	}

	@Test
	void theNextUserOfAConnectionIsInItsDatabase() throws SQLException {
		try (HikariDataSource pool = pool("ct_restored")) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.execute(RESTORE);
			assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(2);
			try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
				statement.execute(RESTORE);
				assertThat(count(statement)).isEqualTo(2);
			}
		}
	}

	@Test
	void aDatabaseThatWasUsedStaysTheCurrentOne() throws SQLException {
		try (HikariDataSource pool = pool("mo_catalog");
				Connection connection = pool.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("USE ct_restored");
			statement.execute(RESTORE);
			assertThat(count(statement)).isEqualTo(2);
		}
	}

	@Test
	void aPoolWithoutADatabaseGoesOn() {
		try (HikariDataSource pool = pool("")) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			for (int i = 0; i < 3; i++) {
				jdbc.execute(RESTORE);
				assertThat(jdbc.queryForObject("SELECT count(*) FROM ct_restored.item", Integer.class)).isEqualTo(2);
				assertThatExceptionOfType(RuntimeException.class).as("no name is resolved where the view is")
					.isThrownBy(() -> jdbc.queryForObject(COUNT, Integer.class));
			}
		}
	}

	@Test
	void aRestoreThatFailsLeavesTheConnectionWhereItWas() {
		try (HikariDataSource pool = pool("ct_restored")) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> jdbc.execute("RESTORE DATABASE ct_restored_view {SNAPSHOT = 'ct_restored_none'}"));
			assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(2);
		}
	}

	private static int count(Statement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery(COUNT)) {
			rows.next();
			return rows.getInt(1);
		}
	}

	private static HikariDataSource pool(String database) {
		ServerUnderTest server = ServerUnderTest.get();
		HikariDataSource pool = new HikariDataSource();
		pool.setDriverClassName(MatrixOneDriver.class.getName());
		pool.setJdbcUrl(server.url() + database);
		pool.setUsername(server.username());
		pool.setPassword(server.password());
		pool.setMaximumPoolSize(1);
		return pool;
	}

}
