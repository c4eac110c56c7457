package io.github.matrixone.spring.contract.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import liquibase.Liquibase;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Liquibase on a MatrixOne, by nothing but its standard settings.
 */
@EnabledIfServer
class LiquibaseTests {

	private Schema schema;

	@BeforeEach
	void emptySchema() throws SQLException {
		this.schema = Schema.empty("contract_liquibase");
	}

	@Test
	void migratesFromEmptyAndDoesNothingAtTheSecondStart() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.schema.createTable("customer")).contains("UNIQUE KEY", "AUTO_INCREMENT");
		String purchase = this.schema.createTable("purchase");
		assertThat(purchase).contains("fk_customer", "ix_note");
		assertThat(this.schema.jdbc()
			.queryForList("SELECT concat_ws('|', email, active, balance, joined) FROM customer ORDER BY id",
					String.class))
			.containsExactly("ann@example.org|1|10.50|2026-01-02", "bob, jr@example.org|0|0.00|2026-03-04");
		assertThat(this.schema.jdbc().queryForList("SELECT note FROM purchase", String.class))
			.containsExactly("it's first");
		application("first").run((context) -> assertThat(context).hasNotFailed());
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED");
		assertThat(this.schema.createTable("purchase")).isEqualTo(purchase);
		assertThat(purchases()).isOne();
	}

	@Test
	void appliesAChangeSetThatWasAddedLater() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("second").run((context) -> assertThat(context).hasNotFailed());
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED", "name EXECUTED");
		assertThat(this.schema.jdbc().queryForList("SELECT name FROM customer", String.class))
			.containsExactly("unknown", "unknown");
		assertThat(this.schema.createTable("customer")).contains("ix_name");
	}

	@Test
	void rollsAFailedChangeSetBackAndTriesItAgain() {
		application("failing").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.hasStackTraceContaining("failing.yaml::half::test")
			.hasStackTraceContaining("missing_table"));
		assertThat(this.schema.hasTable("half_done")).isFalse();
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED");
		assertThat(isLocked()).isFalse();
		this.schema.jdbc().execute("CREATE TABLE missing_table (id INT)");
		application("failing").run((context) -> assertThat(context).hasNotFailed());
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED", "half EXECUTED");
	}

	@Test
	void rollsBackChangeSets() {
		application("first").run((context) -> {
			try (Connection connection = context.getBean(SpringLiquibase.class).getDataSource().getConnection()) {
				Database database = DatabaseFactory.getInstance()
					.findCorrectDatabaseImplementation(new JdbcConnection(connection));
				Liquibase liquibase = new Liquibase("migration/liquibase/first.yaml", new ClassLoaderResourceAccessor(),
						database);
				liquibase.rollback(1, "");
				assertThat(purchases()).isZero();
				assertThat(changeSets()).containsExactly("tables EXECUTED");
				liquibase.rollback(1, "");
				assertThat(this.schema.hasTable("customer")).isFalse();
				assertThat(changeSets()).isEmpty();
			}
		});
	}

	@Test
	void findsTablesThatAreAlreadyThere() {
		this.schema.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
		application("existing").run((context) -> assertThat(context).hasNotFailed());
		assertThat(changeSets()).containsExactly("existing MARK_RAN", "tables EXECUTED", "rows EXECUTED");
	}

	@Test
	void migratesOnceWhereTwoInstancesStartAtTheSameTime() throws Exception {
		application("existing").run((context) -> assertThat(context).hasNotFailed());
		int instances = 2;
		CountDownLatch start = new CountDownLatch(instances);
		ExecutorService executor = Executors.newFixedThreadPool(instances);
		try {
			List<Future<?>> started = new ArrayList<>();
			for (int i = 0; i < instances; i++) {
				started.add(executor.submit(() -> {
					start.countDown();
					start.await();
					application("second").run((context) -> assertThat(context).hasNotFailed());
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
		assertThat(changeSets()).containsExactly("existing EXECUTED", "tables EXECUTED", "rows EXECUTED",
				"name EXECUTED");
		assertThat(isLocked()).isFalse();
	}

	@Test
	void dropsEverythingFirst() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first").withPropertyValues("spring.liquibase.drop-first=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED");
		assertThat(purchases()).isOne();
	}

	@Test
	void worksWithADataSourceOfItsOwn() {
		ServerUnderTest server = ServerUnderTest.get();
		ApplicationContextRunner application = application("first").withPropertyValues(
				"spring.liquibase.url=" + this.schema.url(), "spring.liquibase.user=" + server.username(),
				"spring.liquibase.password=" + server.password());
		application.run((context) -> assertThat(context).hasNotFailed());
		application.run((context) -> assertThat(context).hasNotFailed());
		assertThat(purchases()).isOne();
	}

	@Test
	@FaultOfServer("the driver cannot read tables from the information schema (MO#25103)")
	void failsOnTheDriversDefaultsWithoutTheAdjustment() {
		application("first").withPropertyValues("matrixone.driver.adjust=false")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining("must appear in the GROUP BY clause"));
	}

	private ApplicationContextRunner application(String changeLog) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					MatrixOneDataSourceAutoConfiguration.class, LiquibaseAutoConfiguration.class))
			.withPropertyValues(this.schema.properties())
			.withPropertyValues("spring.liquibase.change-log=classpath:migration/liquibase/" + changeLog + ".yaml",
					"spring.liquibase.analytics-enabled=false", "spring.liquibase.show-summary=off");
	}

	private List<String> changeSets() {
		return this.schema.jdbc()
			.queryForList("SELECT concat(id, ' ', exectype) FROM DATABASECHANGELOG ORDER BY orderexecuted",
					String.class);
	}

	private int purchases() {
		return this.schema.jdbc().queryForObject("SELECT count(*) FROM purchase", Integer.class);
	}

	private boolean isLocked() {
		return this.schema.jdbc().queryForObject("SELECT locked FROM DATABASECHANGELOGLOCK", Boolean.class);
	}

}
