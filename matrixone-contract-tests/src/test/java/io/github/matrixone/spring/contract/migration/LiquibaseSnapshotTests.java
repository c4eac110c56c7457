package io.github.matrixone.spring.contract.migration;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.migration.MatrixOneMigrationAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.migration.MigrationFailedException;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.snapshot.Snapshot;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Snapshots before updates of Liquibase.
 */
@EnabledIfServer
class LiquibaseSnapshotTests {

	private static final String DATABASE = "contract_liquibase_snapshot";

	private static final String TENANT = "contract_liquibase_snapshot_tenant";

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
		TakenSnapshots.none(TENANT);
	}

	@Test
	void goesBackToWhatWasBeforeAnUpdateThatHasFailedInTheMiddle() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		String customer = this.schema.createTable("customer");
		application("middle").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).hasCauseInstanceOf(MigrationFailedException.class);
			MigrationFailedException failure = (MigrationFailedException) context.getStartupFailure().getCause();
			assertThat(failure).hasCauseInstanceOf(LiquibaseException.class).hasMessageContaining("missing_table");
			assertThat(failure.getSnapshots()).isEqualTo(this.taken.latestFirst());
			assertThat(failure.getSnapshots().get(0).name().value())
				.matches("before_migration_rows_to_4_of_middle__[0-9a-f]{8}");
		});
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED", "name EXECUTED");
		this.taken.restore(this.taken.latestFirst().get(0));
		assertThat(changeSets()).containsExactly("tables EXECUTED", "rows EXECUTED");
		assertThat(this.schema.createTable("customer")).isEqualTo(customer);
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("second").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void takesNoneOfAnEmptySchemaNorWhereThereIsNothingToUpdate() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first").run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).isEmpty();
		assertThat(changeSets()).hasSize(2);
	}

	@Test
	void takesNoneWhereAChangeSetOnlyRunsAgain() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("repeated").run((context) -> assertThat(context).hasNotFailed());
		application("repeated").run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1);
		assertThat(changeSets()).contains("repeated RERAN");
	}

	@Test
	void takesOneOfTablesThatLiquibaseDidNotMake() {
		this.schema.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
		application("existing").run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).singleElement()
			.satisfies((snapshot) -> assertThat(snapshot.name().value()).startsWith("before_migration_none_to_rows_"));
	}

	@Test
	void takesOneWhereSeveralInstancesStartAtTheSameTime() throws Exception {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		SeveralInstances.start((meeting) -> application("second")
			.withBean(MeetingLiquibases.class, () -> new MeetingLiquibases(meeting))
			.run((context) -> assertThat(context).hasNotFailed()));
		assertThat(this.taken.latestFirst()).hasSize(1);
		assertThat(changeSets()).hasSize(3);
	}

	@Test
	void keepsTheNewest() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("second").run((context) -> assertThat(context).hasNotFailed());
		Snapshot first = this.taken.latestFirst().get(0);
		this.schema.jdbc().execute("CREATE TABLE missing_table (id INT)");
		application("middle").withPropertyValues("matrixone.migration.keep=1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1).doesNotContain(first);
	}

	@Test
	void takesOneBeforeEverythingIsDroppedFirst() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("first").withPropertyValues("spring.liquibase.drop-first=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.schema.jdbc().execute("DELETE FROM purchase");
		this.taken.restore(this.taken.latestFirst().get(0));
		assertThat(this.schema.jdbc().queryForList("SELECT note FROM purchase", String.class))
			.containsExactly("it's first");
	}

	@Test
	void takesThoseOfTheDatabasesThatSeveralUpdate() throws SQLException {
		Schema tenant = Schema.empty(TENANT);
		TakenSnapshots ofTenant = TakenSnapshots.none(TENANT);
		tenant.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
		this.schema.jdbc().execute("CREATE TABLE existing (id INT PRIMARY KEY)");
		application("first").withUserConfiguration(TwoDatabases.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean("ofTenant").getClass()).isEqualTo(SpringLiquibase.class);
		});
		assertThat(this.taken.latestFirst()).hasSize(1);
		assertThat(ofTenant.latestFirst()).hasSize(1);
		assertThat(tenant.hasTable("customer")).isTrue();
	}

	@Test
	void followsAUrlOfLiquibaseItself() {
		ServerUnderTest server = ServerUnderTest.get();
		application("first").run((context) -> assertThat(context).hasNotFailed());
		application("second")
			.withPropertyValues("spring.liquibase.url=" + this.schema.url(),
					"spring.liquibase.user=" + server.username(), "spring.liquibase.password=" + server.password())
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.taken.latestFirst()).hasSize(1);
	}

	@Test
	void doesNotUpdateWhereTheUserMayNotTakeSnapshots() {
		application("first").run((context) -> assertThat(context).hasNotFailed());
		for (String statement : List.of("DROP USER IF EXISTS contract_updater", "DROP ROLE IF EXISTS contract_updating",
				"CREATE ROLE contract_updating",
				"CREATE USER contract_updater IDENTIFIED BY '111' DEFAULT ROLE contract_updating",
				"GRANT ALL ON ACCOUNT * TO contract_updating", "GRANT ALL ON DATABASE * TO contract_updating",
				"GRANT ALL ON TABLE " + DATABASE + ".* TO contract_updating")) {
			this.schema.jdbc().execute(statement);
		}
		try {
			application("second")
				.withPropertyValues(
						"spring.datasource.username="
								+ ServerUnderTest.get().username().replaceFirst("[^:#]+$", "contract_updater"),
						"spring.datasource.password=111")
				.run((context) -> assertThat(context).getFailure()
					.cause()
					.isInstanceOf(MissingPrivilegeException.class)
					.hasMessageContaining("Database " + DATABASE + " is not migrated"));
			assertThat(changeSets()).hasSize(2);
			application("second").run((context) -> assertThat(context).hasNotFailed());
		}
		finally {
			this.schema.jdbc().execute("DROP USER contract_updater");
			this.schema.jdbc().execute("DROP ROLE contract_updating");
		}
	}

	private ApplicationContextRunner application(String changeLog) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
							MatrixOneMigrationAutoConfiguration.class, LiquibaseAutoConfiguration.class))
			.withPropertyValues(this.schema.properties())
			.withPropertyValues("matrixone.migration.snapshot-before=true",
					"spring.liquibase.change-log=classpath:migration/liquibase/" + changeLog + ".yaml",
					"spring.liquibase.analytics-enabled=false", "spring.liquibase.show-summary=off");
	}

	private List<String> changeSets() {
		return this.schema.jdbc()
			.queryForList("SELECT concat(id, ' ', exectype) FROM DATABASECHANGELOG ORDER BY orderexecuted",
					String.class);
	}

	/**
	 * Has instances meet before each updates.
	 */
	private static final class MeetingLiquibases implements BeanPostProcessor {

		private final Runnable meeting;

		private MeetingLiquibases(Runnable meeting) {
			this.meeting = meeting;
		}

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			if (bean instanceof SpringLiquibase liquibase) {
				liquibase.setCustomizer((update) -> this.meeting.run());
			}
			return bean;
		}

	}

	/**
	 * Two beans of the application, one for a database besides that of the connection.
	 */
	@Configuration(proxyBeanMethods = false)
	static class TwoDatabases {

		@Bean
		SpringLiquibase ofApplication(DataSource dataSource) {
			SpringLiquibase liquibase = new SpringLiquibase();
			liquibase.setDataSource(dataSource);
			liquibase.setChangeLog("classpath:migration/liquibase/first.yaml");
			return liquibase;
		}

		@Bean
		SpringLiquibase ofTenant(DataSource dataSource) {
			SpringLiquibase liquibase = ofApplication(dataSource);
			liquibase.setDefaultSchema(TENANT);
			return liquibase;
		}

	}

}
