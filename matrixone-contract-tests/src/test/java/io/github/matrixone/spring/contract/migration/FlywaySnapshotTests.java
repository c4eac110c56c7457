package io.github.matrixone.spring.contract.migration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.AbstractDataSource;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.migration.MatrixOneMigrationAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.migration.MigrationFailedException;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.dao.UnprotectedConnectionException;
import io.github.matrixone.spring.snapshot.Snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Snapshots before migrations of Flyway.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class FlywaySnapshotTests {

	private static final String DATABASE = "contract_flyway_snapshot";

	private Schema schema;

	private TakenSnapshots taken;

	@BeforeEach
	void emptySchema() throws SQLException {
		this.schema = Schema.empty(DATABASE);
		this.taken = TakenSnapshots.none(DATABASE);
	}

	@AfterEach
	void dropSnapshots() throws SQLException {
		TakenSnapshots.none(DATABASE);
	}

	@Test
	void goesBackToWhatWasBeforeAMigrationThatHasFailedInTheMiddle() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		List<String> history = history();
		String customer = this.schema.createTable("customer");
		application("first", "second", "failing").run((context) -> {
			assertThat(context).hasFailed();
			MigrationFailedException failure = failure(context.getStartupFailure());
			assertThat(failure).hasCauseInstanceOf(FlywayException.class);
			assertThat(failure.getSnapshots()).isEqualTo(this.taken.latestFirst());
			Snapshot snapshot = failure.getSnapshots().get(0);
			assertThat(snapshot.name().value()).matches("before_migration_2_to_4_[0-9a-f]{8}");
			assertThat(failure).hasMessageContaining("missing_table")
				.hasMessageContaining("restoreDatabase(DatabaseName.of(\"" + DATABASE + "\"), SnapshotName.of(\""
						+ snapshot.name() + "\"))")
				.hasMessageContaining("RESTORE DATABASE `" + DATABASE + "` {SNAPSHOT = '" + snapshot.name() + "'}");
		});
		assertThat(emails()).hasSize(3);
		assertThat(history()).hasSize(history.size() + 2);
		this.taken.restore(this.taken.latestFirst().get(0));
		assertThat(emails()).containsExactly("ann@example.org", "bob@example.org");
		assertThat(this.schema.createTable("customer")).isEqualTo(customer);
		assertThat(history()).isEqualTo(history);
		application("first").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void sendsTheSqlThatGoesBack() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second", "failing").run((context) -> this.schema.jdbc()
			.execute(failure(context.getStartupFailure()).getWayBack().lines().reduce((a, b) -> b).orElseThrow()));
		assertThat(emails()).containsExactly("ann@example.org", "bob@example.org");
	}

	@Test
	void tellsItAtTheStart(CapturedOutput output) {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		ServerUnderTest server = ServerUnderTest.get();
		SpringApplicationBuilder application = new SpringApplicationBuilder(Migrated.class)
			.web(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application.run("--spring.flyway.enabled=true",
				"--matrixone.migration.snapshot-before=true",
				"--spring.flyway.locations=classpath:migration/flyway/first,classpath:migration/flyway/failing",
				"--spring.datasource.url=" + this.schema.url(), "--spring.datasource.username=" + server.username(),
				"--spring.datasource.password=" + server.password()));
		assertThat(output).contains("APPLICATION FAILED TO START", "The migration of database " + DATABASE + " failed",
				"To go back to it, losing what was written since:", "before_migration_2_to_4_");
	}

	@Test
	void takesNoneOfAnEmptySchemaNorWhereThereIsNothingToMigrate() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first").run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).isEmpty();
		assertThat(emails()).hasSize(2);
	}

	@Test
	void leavesTheFailureOfAFirstMigrationAsItIs() {
		application("first", "failing")
			.run((context) -> assertThat(context.getStartupFailure()).hasCauseInstanceOf(FlywayException.class));
		assertThat(this.taken.latestFirst()).isEmpty();
	}

	@Test
	void takesOneBeforeCallbacksOfFlyway() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second", "callback").run((context) -> assertThat(context).hasNotFailed());
		assertThat(emails()).doesNotContain("ann@example.org", "bob@example.org");
		this.taken.restore(this.taken.latestFirst().get(0));
		assertThat(emails()).containsExactly("ann@example.org", "bob@example.org");
	}

	@Test
	void namesTheOneFromBeforeACallbackThatFails() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second", "failing-callback")
			.run((context) -> assertThat(failure(context.getStartupFailure()).getSnapshots())
				.isEqualTo(this.taken.latestFirst())
				.hasSize(1));
	}

	@Test
	void takesOneOfATableThatFlywayDidNotMake() {
		this.schema.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
		application("first")
			.withPropertyValues("spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1);
	}

	@Test
	void takesOneWhereSeveralInstancesStartAtTheSameTime() throws Exception {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		SeveralInstances.start((meeting) -> application("first", "second", "corrected")
			.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
				meeting.run();
				flyway.migrate();
			})
			.run((context) -> assertThat(context).hasNotFailed()));
		assertThat(this.taken.latestFirst()).singleElement()
			.satisfies((snapshot) -> assertThat(snapshot.name().value()).startsWith("before_migration_2_to_4_"));
		assertThat(history()).hasSize(5);
	}

	@Test
	void takesOneOfEachDatabaseWhereSeveralAreMigratedAtTheSameTime() throws Exception {
		Queue<Schema> schemas = new ConcurrentLinkedQueue<>();
		List<TakenSnapshots> takenOfAll = new ArrayList<>();
		for (int i = 0; i < SeveralInstances.COUNT; i++) {
			Schema one = Schema.empty(DATABASE + '_' + i);
			one.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
			schemas.add(one);
			takenOfAll.add(TakenSnapshots.none(one.name()));
		}
		SeveralInstances.start((meeting) -> application("first")
			.withPropertyValues("spring.datasource.url=" + schemas.remove().url(),
					"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0")
			.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
				meeting.run();
				flyway.migrate();
			})
			.run((context) -> assertThat(context).hasNotFailed()));
		for (int i = 0; i < SeveralInstances.COUNT; i++) {
			assertThat(takenOfAll.get(i).latestFirst()).hasSize(1);
			TakenSnapshots.none(DATABASE + '_' + i);
		}
	}

	@Test
	void keepsTheNewest() {
		Snapshot alike = this.taken.take("before_migration_by_hand");
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second").withPropertyValues("matrixone.migration.keep=1")
			.run((context) -> assertThat(context).hasNotFailed());
		Snapshot first = this.taken.latestFirst().get(0);
		assertThat(this.taken.latestFirst()).containsExactly(first, alike);
		application("first", "second", "corrected").withPropertyValues("matrixone.migration.keep=1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(2).contains(alike).doesNotContain(first);
	}

	@Test
	void dropsNothingAfterAFailure() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second", "failing").withPropertyValues("matrixone.migration.keep=1")
			.run((context) -> assertThat(context).hasFailed());
		assertThat(this.taken.latestFirst()).hasSize(2);
	}

	@Test
	void followsAStrategyOfTheApplication() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		AtomicInteger migrations = new AtomicInteger();
		application("first", "second").withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
			migrations.incrementAndGet();
			flyway.repair();
			flyway.migrate();
		}).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(FlywayMigrationInitializer.class).getClass())
				.isEqualTo(FlywayMigrationInitializer.class);
		});
		assertThat(migrations).hasValue(1);
		assertThat(this.taken.latestFirst()).hasSize(1);
	}

	@Test
	void followsAMigrationAfterTheStart(CapturedOutput output) {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "failing").withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
		}).run((context) -> {
			assertThat(this.taken.latestFirst()).isEmpty();
			assertThatExceptionOfType(FlywayException.class).isThrownBy(() -> context.getBean(Flyway.class).migrate());
		});
		assertThat(this.taken.latestFirst()).singleElement()
			.satisfies(
					(snapshot) -> assertThat(output).contains("A migration has failed. Snapshot " + snapshot.name()));
	}

	@Test
	void takesOneOfEachSchema() throws SQLException {
		Schema other = Schema.empty("contract_flyway_snapshot_other");
		TakenSnapshots takenOfOther = TakenSnapshots.none(other.name());
		other.jdbc().execute("CREATE TABLE kept (id INT PRIMARY KEY)");
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second").withPropertyValues("spring.flyway.schemas=" + DATABASE + ',' + other.name())
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1);
		assertThat(takenOfOther.latestFirst()).hasSize(1);
		TakenSnapshots.none(other.name());
	}

	@Test
	void doesNotMigrateWhereTheUserMayNotTakeSnapshots() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		List<String> history = history();
		for (String statement : List.of("DROP USER IF EXISTS contract_migrator",
				"DROP ROLE IF EXISTS contract_migrating", "CREATE ROLE contract_migrating",
				"CREATE USER contract_migrator IDENTIFIED BY '111' DEFAULT ROLE contract_migrating",
				"GRANT ALL ON ACCOUNT * TO contract_migrating", "GRANT ALL ON DATABASE * TO contract_migrating",
				"GRANT ALL ON TABLE *.* TO contract_migrating")) {
			this.schema.jdbc().execute(statement);
		}
		String user = ServerUnderTest.get().username().replaceFirst("[^:#]+$", "contract_migrator");
		try {
			application("first", "second")
				.withPropertyValues("spring.datasource.username=" + user, "spring.datasource.password=111")
				.run((context) -> assertThat(context).getFailure()
					.cause()
					.isInstanceOf(MissingPrivilegeException.class)
					.hasMessageContaining("Database " + DATABASE + " is not migrated")
					.hasMessageContaining("spring.flyway.user"));
			assertThat(history()).isEqualTo(history);
			application("first", "second")
				.withPropertyValues("spring.datasource.username=" + user, "spring.datasource.password=111",
						"spring.flyway.user=" + ServerUnderTest.get().username(),
						"spring.flyway.password=" + ServerUnderTest.get().password())
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(this.taken.latestFirst()).hasSize(1);
		}
		finally {
			this.schema.jdbc().execute("DROP USER contract_migrator");
			this.schema.jdbc().execute("DROP ROLE contract_migrating");
		}
	}

	@Test
	void followsAUrlOfFlywayItself() {
		ServerUnderTest server = ServerUnderTest.get();
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second")
			.withPropertyValues("spring.flyway.url=" + this.schema.url(), "spring.flyway.user=" + server.username(),
					"spring.flyway.password=" + server.password())
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1);
	}

	@Test
	void doesNotMigrateOnConnectionsThatAreNotProtected() {
		ServerUnderTest server = ServerUnderTest.get();
		DataSource unknown = new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				return DriverManager.getConnection(FlywaySnapshotTests.this.schema.url(), server.username(),
						server.password());
			}

			@Override
			public Connection getConnection(String username, String password) throws SQLException {
				return getConnection();
			}

		};
		application("first").withBean(DataSource.class, () -> unknown)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.isInstanceOf(UnprotectedConnectionException.class)
				.hasMessageContaining("jdbc:matrixone:"));
		assertThat(this.schema.hasTable("customer")).isFalse();
	}

	@Test
	void worksWithAPoolOfTwoConnections() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second")
			.withPropertyValues("spring.datasource.hikari.maximum-pool-size=2",
					"spring.datasource.hikari.connection-timeout=2000")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1);
	}

	private static MigrationFailedException failure(Throwable startupFailure) {
		assertThat(startupFailure).hasCauseInstanceOf(MigrationFailedException.class);
		return (MigrationFailedException) startupFailure.getCause();
	}

	private ApplicationContextRunner application(String... locations) {
		List<String> paths = new ArrayList<>();
		for (String location : locations) {
			paths.add("classpath:migration/flyway/" + location);
		}
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
							MatrixOneMigrationAutoConfiguration.class, FlywayAutoConfiguration.class))
			.withPropertyValues(this.schema.properties())
			.withPropertyValues("matrixone.migration.snapshot-before=true",
					"spring.flyway.locations=" + String.join(",", paths));
	}

	private List<String> emails() {
		return this.schema.jdbc().queryForList("SELECT email FROM customer ORDER BY id", String.class);
	}

	private List<String> history() {
		return this.schema.jdbc()
			.queryForList("SELECT concat(installed_rank, ' ', script, ' ', success) FROM flyway_schema_history "
					+ "ORDER BY installed_rank", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
			MatrixOneDataSourceAutoConfiguration.class, MatrixOneMigrationAutoConfiguration.class })
	static class Migrated {

	}

}
