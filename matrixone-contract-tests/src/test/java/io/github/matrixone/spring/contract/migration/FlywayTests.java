package io.github.matrixone.spring.contract.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flyway on a MatrixOne, by nothing but its standard settings.
 */
@EnabledIfServer
class FlywayTests {

	private Schema schema;

	@BeforeEach
	void emptySchema() throws SQLException {
		this.schema = Schema.empty("contract_flyway");
	}

	@Test
	void migratesFromEmptyAndDoesNothingAtTheSecondStart() {
		application("first").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(states(context.getBean(Flyway.class))).containsExactly("1 SUCCESS", "2 SUCCESS", "null SUCCESS");
		});
		assertThat(emails()).containsExactly("ann@example.org", "bob@example.org");
		List<String> history = history();
		String purchase = this.schema.createTable("purchase");
		assertThat(purchase).contains("fk_customer", "ix_placed_at");
		application("first").run((context) -> assertThat(context).hasNotFailed());
		assertThat(history()).isEqualTo(history).hasSize(3);
		assertThat(emails()).hasSize(2);
		assertThat(this.schema.createTable("purchase")).isEqualTo(purchase);
	}

	@Test
	void appliesAMigrationThatWasAddedLater() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first", "second").run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.schema.jdbc().queryForList("SELECT name FROM customer ORDER BY id", String.class))
			.containsExactly("unknown", "unknown", "Cat");
	}

	@Test
	void rollsAFailedMigrationBackAndStopsUntilItIsRepaired() {
		application("first", "failing").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.hasStackTraceContaining("V4__fail.sql")
			.hasStackTraceContaining("missing_table"));
		assertThat(this.schema.hasTable("half_done")).isFalse();
		assertThat(emails()).containsExactly("ann@example.org", "bob@example.org");
		assertThat(history()).contains("3 V4__fail.sql 0");
		application("first", "corrected").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.hasStackTraceContaining("failed migration to version 4"));
		application("first", "corrected").withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
			flyway.repair();
			flyway.migrate();
		}).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.schema.hasTable("half_done")).isTrue();
		assertThat(emails()).hasSize(3);
	}

	// MO#26872
	@Test
	void keepsWhatAFailedMigrationHasDoneBeforeASet() {
		application("first", "setting").run((context) -> assertThat(context).hasFailed());
		assertThat(emails()).containsExactly("ann@example.org", "bob@example.org", "eve@example.org");
	}

	// no issue known
	@Test
	void renamesATableOutsideATransactionOnly() {
		application("first", "renaming").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.hasStackTraceContaining("Only CREATE of DDL is supported in transactions"));
		application("first", "outside").withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
			flyway.repair();
			flyway.migrate();
		}).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.schema.hasTable("orders")).isTrue();
	}

	@Test
	void takesAnExistingSchemaForItsBaseline() {
		this.schema.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
		application("first").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.hasStackTraceContaining("Found non-empty schema"));
		application("first")
			.withPropertyValues("spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0")
			.run((context) -> assertThat(states(context.getBean(Flyway.class))).containsExactly("0 BASELINE",
					"1 SUCCESS", "2 SUCCESS", "null SUCCESS"));
		assertThat(emails()).hasSize(2);
	}

	@Test
	void migratesOnceWhereTwoInstancesStartAtTheSameTime() throws Exception {
		int instances = 2;
		CountDownLatch start = new CountDownLatch(instances);
		ExecutorService executor = Executors.newFixedThreadPool(instances);
		try {
			List<Future<?>> started = new ArrayList<>();
			for (int i = 0; i < instances; i++) {
				started.add(executor.submit(() -> {
					start.countDown();
					start.await();
					application("first", "second").run((context) -> assertThat(context).hasNotFailed());
					return null;
				}));
			}
			for (Future<?> instance : started) {
				instance.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(history()).hasSize(4);
		assertThat(emails()).hasSize(3);
	}

	@Test
	void cleans() {
		application("first").withPropertyValues("spring.flyway.clean-disabled=false").run((context) -> {
			Flyway flyway = context.getBean(Flyway.class);
			flyway.clean();
			assertThat(this.schema.jdbc().queryForList("SHOW TABLES", String.class)).isEmpty();
			assertThat(flyway.migrate().migrationsExecuted).isEqualTo(3);
		});
	}

	private ApplicationContextRunner application(String... locations) {
		List<String> paths = new ArrayList<>();
		for (String location : locations) {
			paths.add("classpath:migration/flyway/" + location);
		}
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					MatrixOneDataSourceAutoConfiguration.class, FlywayAutoConfiguration.class))
			.withPropertyValues(this.schema.properties())
			.withPropertyValues("spring.flyway.locations=" + String.join(",", paths));
	}

	private List<String> emails() {
		return this.schema.jdbc().queryForList("SELECT email FROM customer ORDER BY id", String.class);
	}

	private List<String> history() {
		return this.schema.jdbc()
			.queryForList("SELECT concat(installed_rank, ' ', script, ' ', success) FROM flyway_schema_history "
					+ "ORDER BY installed_rank", String.class);
	}

	private static List<String> states(Flyway flyway) {
		List<String> states = new ArrayList<>();
		for (MigrationInfo migration : flyway.info().all()) {
			MigrationState state = migration.getState();
			states.add(migration.getVersion() + " " + state);
		}
		return states;
	}

}
