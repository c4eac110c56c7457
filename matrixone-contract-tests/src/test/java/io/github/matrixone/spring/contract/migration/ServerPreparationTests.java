package io.github.matrixone.spring.contract.migration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements that the driver has the server prepare, as a pool is often told to.
 */
@EnabledIfServer
class ServerPreparationTests {

	private Schema schema;

	@BeforeEach
	void emptySchema() throws SQLException {
		this.schema = Schema.empty("contract_prepared");
		this.schema.jdbc().execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20), n INT)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "useServerPrepStmts=true", "useServerPrepStmts=true&cachePrepStmts=true" })
	void areCarriedOutAsAnyOthers(String settings) {
		try (HikariDataSource pool = pool(settings)) {
			MatrixOneDataSource dataSource = new MatrixOneDataSource(pool);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
			for (int id = 1; id <= 60; id++) {
				int current = id;
				transaction.executeWithoutResult((status) -> {
					assertThat(jdbc.update("INSERT INTO item VALUES (?, ?, ?)", current, "a", 1)).isOne();
					assertThat(jdbc.update("UPDATE item SET n = ? WHERE id = ?", current + 7, current)).isOne();
					assertThat(jdbc.queryForObject("SELECT n FROM item WHERE id = ?", Integer.class, current))
						.isEqualTo(current + 7);
					if (current % 3 == 0) {
						status.setRollbackOnly();
					}
				});
			}
		}
		assertThat(this.schema.jdbc().queryForObject("SELECT count(*) FROM item WHERE n = id + 7", Integer.class))
			.isEqualTo(40);
		assertThat(this.schema.jdbc().queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(40);
	}

	@Test
	void writeOnlyToTheirTables() {
		this.schema.jdbc().execute("CREATE TABLE other (id INT PRIMARY KEY)");
		try (HikariDataSource pool = pool("useServerPrepStmts=true")) {
			MatrixOneDataSource dataSource = new MatrixOneDataSource(pool);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			CloneTemplate clones = new CloneTemplate(new CommandExecutor(dataSource, new ServerBackend()));
			new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
				jdbc.update("INSERT INTO item VALUES (?, ?, ?)", 1, "a", 1);
				jdbc.update("INSERT INTO item VALUES (?, ?, ?)", 2, "b", 2);
				clones.cloneTable(TableName.of("other"), TableName.of("other_copy"));
				clones.cloneTable(TableName.of("item"), TableName.of("item_copy"));
			});
		}
		assertThat(this.schema.jdbc().queryForList("SELECT id FROM item_copy ORDER BY id", Integer.class))
			.containsExactly(1, 2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void staysInStepWhereTheServerPreparesNone(boolean inTransaction) {
		this.schema.jdbc().update("INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2)");
		try (HikariDataSource pool = pool("useServerPrepStmts=true")) {
			MatrixOneDataSource dataSource = new MatrixOneDataSource(pool);
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			Runnable work = () -> {
				for (int i = 1; i <= 10; i++) {
					int id = (i % 2) + 1;
					assertThatExceptionOfType(DataAccessException.class)
						.isThrownBy(() -> jdbc.queryForObject("SELECT n FROM missing WHERE id = ?", Integer.class, id))
						.withMessageContaining("missing");
					assertThat(jdbc.queryForObject("SELECT name FROM item WHERE id = ?", String.class, id))
						.isEqualTo((id == 1) ? "one" : "two");
				}
			};
			if (inTransaction) {
				new TransactionTemplate(new JdbcTransactionManager(dataSource))
					.executeWithoutResult((status) -> work.run());
			}
			else {
				work.run();
			}
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.update("INSERT INTO item VALUES (?, ?, ?)", 1, "again", 1))
				.withMessageContaining("Duplicate entry '1'");
		}
	}

	/**
	 * Why the driver must not close what the server has not prepared.
	 */
	@Test
	void thePlainDriverTakesOneAnswerForAnother() throws SQLException {
		this.schema.jdbc().update("INSERT INTO item VALUES (1, 'one', 1)");
		ServerUnderTest server = ServerUnderTest.get();
		int wrong = 0;
		for (int i = 0; i < 20; i++) {
			try (Connection connection = DriverManager.getConnection(this.schema.url() + "?useServerPrepStmts=true",
					server.username(), server.password()); Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> prepare(connection, "SELEC 1"));
				try (ResultSet rows = statement.executeQuery("SELECT name FROM item")) {
					wrong += rows.next() ? 0 : 1;
				}
				catch (SQLException ex) {
					assertThat(ex.getMessage()).contains("__mo_stmt_id_0");
					wrong++;
				}
			}
			catch (SQLException ex) {
				wrong++;
			}
		}
		assertThat(wrong).isPositive();
	}

	private static void prepare(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.executeQuery().close();
		}
	}

	private HikariDataSource pool(String settings) {
		ServerUnderTest server = ServerUnderTest.get();
		HikariDataSource pool = new HikariDataSource();
		pool.setDriverClassName(MatrixOneDriver.class.getName());
		pool.setJdbcUrl(this.schema.url().replace("jdbc:mysql:", MatrixOneDriver.URL_PREFIX) + '?' + settings);
		pool.setUsername(server.username());
		pool.setPassword(server.password());
		pool.setMaximumPoolSize(1);
		return pool;
	}

}
