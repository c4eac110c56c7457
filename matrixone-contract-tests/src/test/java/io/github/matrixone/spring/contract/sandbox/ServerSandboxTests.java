package io.github.matrixone.spring.contract.sandbox;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
@TestPropertySource(properties = "spring.sql.init.schema-locations=classpath:sandbox/sequence-server.sql")
class ServerSandboxTests extends SandboxContract {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract_sandbox?createDatabaseIfNotExist=true");
	}

	@Test
	void commandsBesideATransactionAreSentInTheSandbox(@Autowired CommandExecutor executor,
			@Autowired DataSource dataSource, @Autowired PlatformTransactionManager manager) {
		CommandExecutor own = new CommandExecutor(dataSource, new ServerBackend());
		new TransactionTemplate(manager).executeWithoutResult((status) -> {
			assertInSandbox(executor, 7001);
			assertInSandbox(own, 7002);
		});
	}

	/**
	 * {@code EXCEPT} gives the rows of such a table more than once.
	 */
	@Test
	@Transactional
	void eachChangedRowOfALargeTableIsToldOnce(@Autowired JdbcTemplate jdbc) {
		jdbc.update("UPDATE many SET n = 2 WHERE id <= 3");
		jdbc.update("DELETE FROM many WHERE id = 4");
		jdbc.update("INSERT INTO many VALUES (0, 0)");
		assertThat(this.sandbox).hasUpdated("many", 3).hasDeleted("many", 1).hasInserted("many", 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TRUNCATE TABLE visit", "DELETE FROM visit" })
	void rowsOfAnEmptiedTableAreDeleted(String sql, @Autowired JdbcTemplate jdbc) {
		jdbc.execute(sql);
		assertThat(this.sandbox).hasDeleted("visit", 2).hasInserted("visit", 0);
		jdbc.update("INSERT INTO visit VALUES (2, 'exit'), (3, 'start')");
		assertThat(this.sandbox).hasDeleted("visit", 1).hasUpdated("visit", 1).hasInserted("visit", 1);
		assertThat(this.sandbox).hasChangedOnly("visit");
	}

	@Test
	void rowsOfAnAlteredTableAreStillTold(@Autowired JdbcTemplate jdbc) {
		jdbc.execute("ALTER TABLE visit ADD COLUMN seconds INT");
		jdbc.update("INSERT INTO visit VALUES (3, 'exit', 5)");
		assertThat(this.sandbox.changesOf("visit").inserted())
			.anySatisfy((row) -> assertThat(row).containsEntry("page", "exit").containsEntry("seconds", 5));
	}

	@Test
	@Transactional
	void tellsTheTablesThatATransactionHasMade(@Autowired JdbcTemplate jdbc) {
		jdbc.execute("CREATE TABLE made (id INT PRIMARY KEY)");
		jdbc.update("INSERT INTO made VALUES (1)");
		assertThat(this.sandbox).hasInserted("made", 1).hasChangedOnly("made");
	}

	private void assertInSandbox(CommandExecutor executor, int stock) {
		assertThat(executor.qualifiedBeside(TableName.of("product")))
			.isEqualTo(TableName.of(DatabaseName.of(this.sandbox.database()), "product"));
		assertThat(executor.update(SqlText.of("UPDATE product SET stock = " + stock + " WHERE name = 'apple'")))
			.isOne();
		assertThat(this.sandbox).hasUpdated("product", 1);
		assertThatExceptionOfType(SandboxException.class)
			.isThrownBy(() -> executor.update(SqlText.of("DELETE FROM contract_sandbox.product")))
			.withMessageContaining("names the database contract_sandbox");
	}

	@Override
	String databaseOf(Connection connection) throws SQLException {
		return connection.getCatalog();
	}

	@Override
	String origin() {
		return "contract_sandbox";
	}

	@Override
	void use(Connection connection, String database) throws SQLException {
		connection.setCatalog(database);
	}

}
