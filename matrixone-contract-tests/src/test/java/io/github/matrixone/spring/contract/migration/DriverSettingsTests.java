package io.github.matrixone.spring.contract.migration;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What settings of Connector/J do on a MatrixOne, with and without the starter. A test
 * that pins a fault is the reason of a warning.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class DriverSettingsTests {

	private Schema schema;

	@BeforeEach
	void emptySchema() throws SQLException {
		this.schema = Schema.empty("contract_driver");
		this.schema.jdbc().execute("CREATE TABLE parent (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20))");
		this.schema.jdbc()
			.execute("CREATE TABLE child (id INT PRIMARY KEY, parent_id BIGINT, "
					+ "CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parent (id))");
	}

	@Test
	void readsTablesAndForeignKeysWithoutASettingInTheUrl(CapturedOutput output) {
		application().run((context) -> {
			try (Connection connection = context.getBean(DataSource.class).getConnection()) {
				assertThat(tables(connection)).containsExactly("child", "parent");
				try (ResultSet keys = connection.getMetaData().getImportedKeys(this.schema.name(), null, "child")) {
					assertThat(keys.next()).isTrue();
					assertThat(keys.getString("FK_NAME")).isEqualTo("fk_parent");
				}
			}
		});
		assertThat(output.toString().lines().filter((line) -> line.contains("Connected to"))).singleElement()
			.asString()
			.contains("MatrixOne", "transactions begin with BEGIN", "useInformationSchema=false");
		assertThat(output).doesNotContain("WARN io.github.matrixone");
	}

	@Test
	@FaultOfServer("the driver cannot read tables from the information schema (MO#25103)")
	void leavesTheDriverAsItIsIfToldSo(CapturedOutput output) {
		application().withPropertyValues("matrixone.driver.adjust=false").run((context) -> {
			try (Connection connection = context.getBean(DataSource.class).getConnection()) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tables(connection))
					.withMessageContaining("column \"tables.TABLE_TYPE\" must appear in the GROUP BY clause");
			}
		});
		assertThat(output).doesNotContain("useInformationSchema");
	}

	// no issue known
	@Test
	void findsNoForeignKeysInTheInformationSchema() throws SQLException {
		try (Connection connection = connect("useInformationSchema=true");
				ResultSet keys = connection.getMetaData().getImportedKeys(this.schema.name(), null, "child")) {
			assertThat(keys.next()).isFalse();
		}
	}

	@Test
	void warnsOnceOfEachSettingThatBreaksSomething(CapturedOutput output) {
		application()
			.withPropertyValues("spring.datasource.url=" + this.schema.url() + "?useInformationSchema=true",
					"spring.datasource.hikari.data-source-properties.useServerPrepStmts=true",
					"spring.datasource.hikari.data-source-properties.rewriteBatchedStatements=true")
			.run((context) -> {
				DataSource dataSource = context.getBean(DataSource.class);
				dataSource.getConnection().close();
				dataSource.getConnection().close();
			});
		assertThat(output.toString().lines().filter((line) -> line.contains(" WARN "))).satisfiesExactlyInAnyOrder(
				(line) -> assertThat(line).contains("useInformationSchema=true", "MO#25103"),
				(line) -> assertThat(line).contains("useServerPrepStmts=true", "MO#29180"),
				(line) -> assertThat(line).contains("rewriteBatchedStatements=true", "MO#27295"));
	}

	// MO#27286
	@Test
	void doesNotFetchWithACursor() throws SQLException {
		try (Connection connection = connect("useCursorFetch=true");
				Statement statement = connection.createStatement()) {
			statement.setFetchSize(2);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeQuery("SELECT * FROM parent"))
				.withMessageContaining("unsupported Prepare flag");
		}
	}

	// no issue known
	@Test
	void losesAStatementThatIsPreparedOnTheServerAfterAnAlterTable() throws SQLException {
		this.schema.jdbc().execute("INSERT INTO parent (name) VALUES ('a')");
		try (Connection connection = connect("useServerPrepStmts=true");
				PreparedStatement select = connection.prepareStatement("SELECT * FROM parent WHERE id > ?")) {
			select.setInt(1, 0);
			select.executeQuery().close();
			this.schema.jdbc().execute("ALTER TABLE parent ADD COLUMN age INT DEFAULT 3");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
				try (ResultSet rows = select.executeQuery()) {
					rows.next();
					rows.getObject(1);
				}
			});
		}
	}

	// no issue known
	@Test
	void rejectsALargeUnsignedNumberInAStatementPreparedOnTheServer() throws SQLException {
		this.schema.jdbc().execute("CREATE TABLE big (id BIGINT UNSIGNED)");
		try (Connection connection = connect("useServerPrepStmts=true");
				PreparedStatement insert = connection.prepareStatement("INSERT INTO big VALUES (?)")) {
			insert.setObject(1, new BigInteger("18446744073709551615"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(insert::executeUpdate)
				.withMessageMatching(".*value '?-1'?.*");
		}
	}

	// MO#27295
	@Test
	void readsGeneratedKeysOfABatchRightlyUnlessItIsRewritten() throws SQLException {
		assertThat(generatedKeys("rewriteBatchedStatements=false")).containsExactly(1L, 2L, 3L);
		assertThat(generatedKeys("rewriteBatchedStatements=true")).containsExactly(6L, 7L, 8L);
		assertThat(this.schema.jdbc().queryForList("SELECT id FROM parent ORDER BY id", Long.class)).containsExactly(1L,
				2L, 3L, 4L, 5L, 6L);
	}

	// no issue known
	@Test
	void storesUmlautsWronglyInAnotherEncodingThanUtf8() throws SQLException {
		try (Connection connection = connect("characterEncoding=latin1");
				PreparedStatement insert = connection.prepareStatement("INSERT INTO parent (name) VALUES (?)")) {
			insert.setString(1, "ä");
			insert.executeUpdate();
		}
		assertThat(this.schema.jdbc().queryForObject("SELECT name FROM parent", String.class)).isNotEqualTo("ä");
	}

	@Test
	void namesTheSettingIfTheApplicationCannotStartBecauseOfIt(CapturedOutput output) {
		ServerUnderTest server = ServerUnderTest.get();
		SpringApplicationBuilder application = new SpringApplicationBuilder(Migrated.class)
			.web(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application.run("--spring.flyway.enabled=true",
				"--spring.datasource.url=" + this.schema.url() + "?sessionVariables=innodb_lock_wait_timeout=5",
				"--spring.datasource.username=" + server.username(),
				"--spring.datasource.password=" + server.password()));
		assertThat(output).contains("APPLICATION FAILED TO START", "does not support a setting of the connection",
				"Correct sessionVariables in spring.datasource.url");
	}

	@Test
	void storesTheRightInstantInATimestampWhereTheZoneIsForcedToTheSession() throws SQLException {
		this.schema.jdbc().execute("CREATE TABLE event (at TIMESTAMP(6) NULL, local DATETIME(6))");
		Instant noon = Instant.parse("2026-07-02T12:00:00Z");
		try (Connection connection = connect("connectionTimeZone=Asia/Shanghai&forceConnectionTimeZoneToSession=true");
				PreparedStatement insert = connection.prepareStatement("INSERT INTO event VALUES (?, ?)")) {
			insert.setTimestamp(1, Timestamp.from(noon));
			insert.setTimestamp(2, Timestamp.from(noon));
			insert.executeUpdate();
		}
		assertThat(this.schema.jdbc()
			.queryForObject("SELECT concat(unix_timestamp(at), '|', local) FROM event", String.class))
			.startsWith(Long.toString(noon.getEpochSecond()))
			.contains("|2026-07-02 20:00:00");
	}

	private List<Long> generatedKeys(String setting) throws SQLException {
		List<Long> keys = new ArrayList<>();
		try (Connection connection = connect(setting);
				PreparedStatement insert = connection.prepareStatement("INSERT INTO parent (name) VALUES (?)",
						Statement.RETURN_GENERATED_KEYS)) {
			for (String name : List.of("a", "b", "c")) {
				insert.setString(1, name);
				insert.addBatch();
			}
			insert.executeBatch();
			try (ResultSet rows = insert.getGeneratedKeys()) {
				while (rows.next()) {
					keys.add(rows.getLong(1));
				}
			}
		}
		return keys;
	}

	private List<String> tables(Connection connection) throws SQLException {
		List<String> tables = new ArrayList<>();
		DatabaseMetaData metaData = connection.getMetaData();
		try (ResultSet rows = metaData.getTables(this.schema.name(), null, "%", new String[] { "TABLE" })) {
			while (rows.next()) {
				tables.add(rows.getString("TABLE_NAME"));
			}
		}
		return tables;
	}

	private Connection connect(String setting) throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		return DriverManager.getConnection(this.schema.url() + "?" + setting, server.username(), server.password());
	}

	private ApplicationContextRunner application() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					MatrixOneDataSourceAutoConfiguration.class))
			.withPropertyValues(this.schema.properties());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
			MatrixOneDataSourceAutoConfiguration.class })
	static class Migrated {

	}

}
