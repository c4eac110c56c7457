package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import liquibase.integration.spring.MultiTenantSpringLiquibase;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class MatrixOneMigrationAutoConfigurationTests {

	private static final String NOT_FOLLOWED = "matrixone.migration.snapshot-before is not followed for H2";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneMigrationAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	private final ApplicationContextRunner flyway = this.runner
		.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
		.withPropertyValues("spring.flyway.locations=classpath:migration/flyway");

	private final ApplicationContextRunner liquibase = this.runner
		.withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
		.withPropertyValues("spring.liquibase.change-log=classpath:migration/liquibase.sql",
				"spring.liquibase.analytics-enabled=false");

	@Test
	void aUserOfItsOwnFindsTheDriverOfADataSourceWithoutAPool() {
		for (ApplicationContextRunner migration : List.of(
				this.flyway.withPropertyValues("spring.flyway.user=migration"),
				this.liquibase.withPropertyValues("spring.liquibase.user=migration"))) {
			migration
				.withBean(DataSource.class,
						() -> new DriverManagerDataSource("jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000"))
				.run((context) -> assertThat(context).getFailure()
					.hasStackTraceContaining("Communications link failure"));
		}
	}

	@Test
	void isOffUnlessAskedFor() {
		this.flyway.run((context) -> {
			assertThat(context).doesNotHaveBean(MigrationSnapshots.class);
			assertThat(context).doesNotHaveBean(FlywayPostProcessor.class);
			assertThat(context.getBean(Flyway.class).getConfiguration().getCallbacks()).isEmpty();
		});
	}

	@Test
	void migratesAnotherDatabaseWithFlywayAndSaysThatThereIsNoSnapshot(CapturedOutput output) {
		AtomicInteger migrations = new AtomicInteger();
		this.flyway.withPropertyValues("matrixone.migration.snapshot-before=true")
			.withBean(FlywayMigrationStrategy.class, () -> (flyway) -> {
				migrations.incrementAndGet();
				flyway.migrate();
			})
			.run((context) -> {
				assertThat(context.getBean(FlywayMigrationInitializer.class).getClass())
					.isEqualTo(FlywayMigrationInitializer.class);
				assertThat(rows(context.getBean(DataSource.class))).isOne();
			});
		assertThat(migrations).hasValue(1);
		assertThat(output).containsOnlyOnce(NOT_FOLLOWED);
	}

	@Test
	void updatesAnotherDatabaseWithLiquibaseAndSaysThatThereIsNoSnapshot(CapturedOutput output) {
		this.liquibase.withPropertyValues("matrixone.migration.snapshot-before=true").run((context) -> {
			assertThat(context.getBean(SpringLiquibase.class).getClass()).isEqualTo(SpringLiquibase.class);
			assertThat(rows(context.getBean(DataSource.class))).isOne();
		});
		assertThat(output).containsOnlyOnce(NOT_FOLLOWED);
	}

	@Test
	void leavesAFailureAsItIsWhereThereIsNoSnapshot() {
		this.flyway.withPropertyValues("matrixone.migration.snapshot-before=true",
				"spring.flyway.locations=classpath:migration/missing", "spring.flyway.fail-on-missing-locations=true")
			.run((context) -> assertThat(context).getFailure().cause().isInstanceOf(FlywayException.class));
	}

	@Test
	void keepsCallbacksOfTheApplication() {
		Callback callback = new NoCallback();
		this.flyway.withPropertyValues("matrixone.migration.snapshot-before=true")
			.withBean(FlywayConfigurationCustomizer.class, () -> (configuration) -> configuration.callbacks(callback))
			.run((context) -> assertThat(context.getBean(Flyway.class).getConfiguration().getCallbacks()).hasSize(3)
				.contains(callback));
	}

	@Test
	void saysWhichFlywayDoesNotFollow(CapturedOutput output) {
		this.flyway.withPropertyValues("matrixone.migration.snapshot-before=true")
			.withBean("mine", Flyway.class, () -> Flyway.configure().load())
			.withPropertyValues("spring.flyway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("matrixone.migration.snapshot-before is not followed by Flyway 'mine'");
	}

	@Test
	void saysThatUpdatesOfTenantsDoNotFollow(CapturedOutput output) {
		MultiTenantSpringLiquibase tenants = new MultiTenantSpringLiquibase();
		tenants.setDataSource(new DriverManagerDataSource("jdbc:h2:mem:tenants"));
		tenants.setSchemas(List.of());
		tenants.setShouldRun(false);
		this.liquibase.withPropertyValues("matrixone.migration.snapshot-before=true", "spring.liquibase.enabled=false")
			.withBean("tenants", MultiTenantSpringLiquibase.class, () -> tenants)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("matrixone.migration.snapshot-before is not followed by 'tenants'");
	}

	@Test
	void needsNeitherTool() {
		this.runner.withPropertyValues("matrixone.migration.snapshot-before=true")
			.withClassLoader(new FilteredClassLoader("org.flywaydb", "liquibase"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "matrixone.migration.snapshot-prefix=a b", "matrixone.migration.keep=0" })
	void refusesAValueThatCannotBeFollowed(String property) {
		this.flyway.withPropertyValues("matrixone.migration.snapshot-before=true", property)
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class));
	}

	@Test
	void namesTheSnapshotAndTheWayBack() {
		Exception cause = new IllegalStateException("no such table");
		Snapshot snapshot = new Snapshot(SnapshotName.of("before_migration_1_to_2_0123abcd"),
				SnapshotScope.database("shop"), Instant.parse("2026-01-02T03:04:05Z"), null);
		assertThat(new MigrationFailedException(List.of(snapshot), cause)).hasCause(cause)
			.hasMessageContaining("The migration of database shop failed: no such table")
			.hasMessageContaining("RESTORE DATABASE `shop` {SNAPSHOT = 'before_migration_1_to_2_0123abcd'}");
	}

	private static int rows(DataSource dataSource) {
		Integer rows = new JdbcTemplate(dataSource).queryForObject("SELECT count(*) FROM item", Integer.class);
		return (rows != null) ? rows : 0;
	}

}
