package io.github.matrixone.spring.contract.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.contract.wire.WireApplications.WireApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What MySQL's driver sends by itself does not tear a transaction apart. Runs with each
 * supported version of the driver.
 */
@Tag("driver")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriverStatementsTests {

	private static final Path GUIDE = Path.of("..", "docs", "driver-statements.md");

	private static final String AFTER_A_READ = "after a read";

	private static final String AFTER_A_WRITE = "after a write";

	private static final String FIRST = "INSERT INTO item VALUES (1)";

	private static final String LAST = "INSERT INTO item VALUES (2)";

	private static final String NEXT = "INSERT INTO item VALUES (3)";

	private final WireApplications applications = new WireApplications();

	@AfterAll
	void closeApplications() {
		this.applications.close();
	}

	@ParameterizedTest
	@EnumSource
	void arrivesAtTheServer(DriverStatement statement) throws SQLException {
		try (WireServer server = WireServer.start();
				Connection connection = DriverManager.getConnection(server.url(statement.properties()), "root", "")) {
			statement.prepare(connection);
			DriverStatement.execute(connection, "BEGIN");
			DriverStatement.execute(connection, FIRST);
			int before = server.commands().size();
			try {
				statement.provoke(connection, server);
			}
			catch (Exception ex) {
				// What has arrived, counts.
			}
			List<String> sent = server.commands()
				.stream()
				.skip(before)
				.map((command) -> command.sql().isEmpty() ? command.command() : command.sql())
				.filter((sql) -> !sql.equals("COM_PING") && !sql.startsWith("SHOW ")
						&& !sql.contains("INFORMATION_SCHEMA") && !sql.startsWith("SELECT  @@session"))
				.toList();
			assertThat(sent).isEqualTo(statement.sent());
			assertThat(server.committed().contains(FIRST))
				.isEqualTo(statement.effect() == DriverStatement.Effect.COMMITS);
		}
	}

	@ParameterizedTest(name = "{0}, {1}, driver adjusted: {2}, to be committed: {3}")
	@MethodSource("units")
	void doesNotTearATransactionApart(DriverStatement statement, String after, boolean adjust, boolean commit)
			throws Exception {
		this.applications.run(List.of(statement.properties(), adjust), (server) -> start(server, statement, adjust),
				(application) -> {
					WireServer server = application.server();
					prepare(application, statement);
					server.forget();
					boolean committed = carryOut(application, statement, after, commit);
					assertThat(server.statements()).filteredOn((sent) -> isWrite(sent.sql()))
						.allMatch(WireStatement::isInTransaction);
					assertThat(server.committed()).as(() -> "committed of " + server.statements())
						.isEqualTo(committed ? writes(server) : List.of());
					server.forget();
					application.bean(JdbcTemplate.class).update(NEXT);
					assertThat(server.committed()).containsExactly(NEXT);
					assertThat(server.statements()).filteredOn((sent) -> sent.sql().equals(NEXT))
						.extracting(WireStatement::database)
						.containsExactly("shop");
					assertThat(server.leftTransactions()).isEmpty();
				});
	}

	@ParameterizedTest
	@EnumSource
	void isNamedInTheGuide(DriverStatement statement) throws IOException {
		assertThat(Files.readString(GUIDE)).contains("`" + statement + "`");
	}

	static Stream<Arguments> units() {
		List<Arguments> units = new ArrayList<>();
		for (DriverStatement statement : DriverStatement.values()) {
			for (String after : List.of(AFTER_A_WRITE, AFTER_A_READ)) {
				for (boolean adjust : new boolean[] { true, false }) {
					for (boolean commit : new boolean[] { true, false }) {
						units.add(Arguments.of(statement, after, adjust, commit));
					}
				}
			}
		}
		return units.stream();
	}

	private static void prepare(WireApplication application, DriverStatement statement) throws SQLException {
		try (Connection connection = application.bean(DataSource.class).getConnection()) {
			statement.prepare(connection);
		}
	}

	/**
	 * Carry out a unit of work.
	 * @return whether it was committed
	 */
	private static boolean carryOut(WireApplication application, DriverStatement statement, String after,
			boolean commit) {
		JdbcTemplate jdbc = application.bean(JdbcTemplate.class);
		TransactionTemplate transaction = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		AtomicBoolean committed = new AtomicBoolean(commit);
		try {
			transaction.executeWithoutResult((status) -> {
				if (after.equals(AFTER_A_WRITE)) {
					jdbc.update(FIRST);
				}
				else {
					jdbc.queryForList("SELECT q FROM item");
				}
				try {
					provoke(application, statement);
					jdbc.update(LAST);
				}
				catch (Exception ex) {
					committed.set(false);
				}
				assertThat(application.server().committed()).as("committed before the end").isEmpty();
				if (!committed.get()) {
					status.setRollbackOnly();
				}
			});
		}
		catch (TransactionException | DataAccessException ex) {
			committed.set(false);
		}
		return committed.get();
	}

	private static void provoke(WireApplication application, DriverStatement statement) throws Exception {
		DataSource dataSource = application.bean(DataSource.class);
		Connection connection = DataSourceUtils.getConnection(dataSource);
		try {
			statement.provoke(connection, application.server());
		}
		finally {
			DataSourceUtils.releaseConnection(connection, dataSource);
		}
	}

	private static List<String> writes(WireServer server) {
		return server.sql().stream().filter(DriverStatementsTests::isWrite).toList();
	}

	private static boolean isWrite(String sql) {
		return Stream.of("INSERT", "UPDATE", "DELETE", "CALL").anyMatch(sql::startsWith);
	}

	private static ConfigurableApplicationContext start(WireServer server, DriverStatement statement, boolean adjust) {
		return WireApplications.start(List.of(Application.class),
				Map.of("spring.datasource.url", server.url(statement.properties()), "spring.datasource.username",
						"root", "spring.datasource.password", "secret", "spring.datasource.hikari.maximum-pool-size", 1,
						"spring.datasource.hikari.connection-timeout", 3000, "matrixone.driver.adjust", adjust));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, TransactionAutoConfiguration.class,
			MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class })
	static class Application {

	}

}
