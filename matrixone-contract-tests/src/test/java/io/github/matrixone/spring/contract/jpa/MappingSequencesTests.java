package io.github.matrixone.spring.contract.jpa;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Why Hibernate's sequences are tables on MatrixOne.
 */
@EnabledIfServer
class MappingSequencesTests {

	private static final String DATABASE = MappingModel.CHANGED_DATABASE;

	private static final String CLONE = DATABASE + "_clone";

	private static final String SNAPSHOT = DATABASE + "_snapshot";

	private static final String NEXT = "SELECT nextval('numbers')";

	private Connection connection;

	private JdbcTemplate jdbc;

	@BeforeEach
	void connect() throws SQLException {
		MappingModel.recreate(DATABASE);
		this.connection = MappingModel.connect(MappingModel.url(DATABASE));
		this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(this.connection, true));
		this.jdbc.execute("CREATE SEQUENCE numbers INCREMENT BY 1 START WITH 1");
	}

	@AfterEach
	void disconnect() throws SQLException {
		this.jdbc.execute("DROP SNAPSHOT IF EXISTS " + SNAPSHOT);
		this.jdbc.execute("DROP DATABASE IF EXISTS " + CLONE);
		this.connection.close();
	}

	// no issue known
	@Test
	void aSequenceGivesANumberAgainAfterARollback() {
		this.jdbc.execute("BEGIN");
		Long number = this.jdbc.queryForObject(NEXT, Long.class);
		this.jdbc.execute("ROLLBACK");
		assertThat(this.jdbc.queryForObject(NEXT, Long.class)).isEqualTo(number);
	}

	// no issue known
	@Test
	void aSequenceLetsOneTransactionInAtATime() throws SQLException {
		this.jdbc.execute("BEGIN");
		this.jdbc.queryForObject(NEXT, Long.class);
		try (Connection other = MappingModel.connect(MappingModel.url(DATABASE));
				Statement statement = other.createStatement()) {
			statement.setQueryTimeout(1);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeQuery(NEXT));
		}
		this.jdbc.execute("COMMIT");
		try (Connection other = MappingModel.connect(MappingModel.url(DATABASE));
				Statement statement = other.createStatement();
				ResultSet next = statement.executeQuery(NEXT)) {
			assertThat(next.next()).isTrue();
		}
	}

	// no issue known
	@Test
	@FaultOfServer("a clone of a database has no sequences")
	void aCloneOfADatabaseHasNoSequences() {
		this.jdbc.execute("CREATE TABLE t (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE DATABASE " + CLONE + " CLONE " + DATABASE);
		assertThat(this.jdbc.queryForList("SHOW TABLES FROM " + CLONE, String.class)).containsExactly("t");
		this.jdbc.execute("USE " + CLONE);
		assertThat(sequences()).isEmpty();
		this.jdbc.execute("USE " + DATABASE);
		assertThat(sequences()).containsExactly("numbers");
	}

	// no issue known
	@Test
	@FaultOfServer("a restore of a database removes its sequences")
	void aRestoreOfADatabaseRemovesItsSequences() {
		this.jdbc.execute("CREATE TABLE t (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE SNAPSHOT " + SNAPSHOT + " FOR DATABASE " + DATABASE);
		this.jdbc.execute("RESTORE DATABASE " + DATABASE + " {SNAPSHOT = " + SNAPSHOT + "}");
		assertThat(sequences()).isEmpty();
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.queryForObject(NEXT, Long.class))
			.withStackTraceContaining("no such table");
	}

	private List<String> sequences() {
		return this.jdbc.query("SHOW SEQUENCES", (row, number) -> row.getString(1));
	}

}
