package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What may be done with the clones of a transaction, without a server.
 */
class OwnClonesTests {

	private final ScriptedDriver driver = new ScriptedDriver();

	private Connection connection;

	private Statement statement;

	@BeforeEach
	void begin() throws SQLException {
		this.connection = this.driver.matrixOne().getConnection();
		this.connection.setAutoCommit(false);
		this.statement = this.connection.createStatement();
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE TABLE copy CLONE item", "CREATE TABLE copy CLONE item {SNAPSHOT = 's'}",
			"CREATE TABLE shop.copy CLONE item COPY GRANTS" })
	void onlyTheTableThatWasMadeCannotBeChanged(String clone) throws SQLException {
		this.statement.execute(clone);
		assertThatNoException().isThrownBy(() -> this.statement.execute("UPDATE item SET a = 1"));
		assertThatNoException().isThrownBy(() -> this.statement.execute("INSERT INTO copy VALUES (1)"));
		assertRefused("UPDATE copy SET a = 1");
		assertRefused("DELETE FROM shop.copy");
	}

	@Test
	void noTableOfADatabaseThatWasMadeCanBeChanged() throws SQLException {
		this.statement.execute("CREATE DATABASE copy CLONE shop");
		assertThatNoException().isThrownBy(() -> this.statement.execute("UPDATE item SET a = 1"));
		assertRefused("UPDATE copy.item SET a = 1");
	}

	@Test
	void aTableThatCouldNotBeMadeCanBeChanged() throws SQLException {
		this.driver.failures.put("CREATE TABLE copy CLONE item", new SQLException("table copy exists", "HY000", 1050));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.statement.execute("CREATE TABLE copy CLONE item"));
		assertThatNoException().isThrownBy(() -> this.statement.execute("UPDATE copy SET a = 1"));
	}

	@Test
	void theFailureOfAnotherStatementChangesNothing() throws SQLException {
		this.driver.failures.put("INSERT INTO item VALUES (1)", new SQLException("duplicate", "HY000", 1062));
		this.statement.execute("CREATE TABLE copy CLONE item");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.statement.execute("INSERT INTO item VALUES (1)"));
		assertRefused("UPDATE copy SET a = 1");
	}

	@Test
	void makingItOnceMoreInVainChangesNothing() throws SQLException {
		this.statement.execute("CREATE TABLE copy CLONE item");
		this.driver.failures.put("CREATE TABLE copy CLONE item", new SQLException("table copy exists", "HY000", 1050));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.statement.execute("CREATE TABLE copy CLONE item"));
		assertRefused("UPDATE copy SET a = 1");
	}

	@Test
	void whereTheTableIsNotCertainNoneCanBeChanged() throws SQLException {
		this.statement.execute("CREATE TABLE \"copy\" CLONE item");
		assertRefused("UPDATE item SET a = 1");
	}

	@Test
	void afterTheCommitAllCanBeChanged() throws SQLException {
		this.statement.execute("CREATE TABLE copy CLONE item");
		this.connection.commit();
		assertThatNoException().isThrownBy(() -> this.statement.execute("UPDATE copy SET a = 1"));
	}

	private void assertRefused(String sql) {
		assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> this.statement.execute(sql))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(Reason.NOT_ALLOWED_IN_TRANSACTION));
	}

}
