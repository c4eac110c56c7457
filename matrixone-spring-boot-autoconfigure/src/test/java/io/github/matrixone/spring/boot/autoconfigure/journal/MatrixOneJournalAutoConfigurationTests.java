package io.github.matrixone.spring.boot.autoconfigure.journal;

import java.time.Duration;

import javax.sql.DataSource;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.health.MatrixOneHealthContributorAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ObservedBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.transaction.Journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class MatrixOneJournalAutoConfigurationTests {

	private static final String NO_SERVER = "spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000";

	private static final String ENABLED = "matrixone.journal.enabled=true";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
						MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class,
						MatrixOneJournalAutoConfiguration.class, MatrixOneHealthContributorAutoConfiguration.class))
		.withPropertyValues("spring.datasource.hikari.initialization-fail-timeout=-1",
				"spring.datasource.hikari.connection-timeout=1000");

	@Test
	void isOffUntilItIsTurnedOn() {
		this.runner.withPropertyValues(NO_SERVER)
			.run((context) -> assertThat(context).doesNotHaveBean(JournalTable.class)
				.doesNotHaveBean(JournalRecovery.class)
				.doesNotHaveBean(PropertiesBasedDataSourceScriptDatabaseInitializer.class));
	}

	@Test
	void isLeftOutOnTheSimulator() {
		this.runner.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).hasSingleBean(SnapshotOperations.class)
				.doesNotHaveBean(JournalTable.class));
	}

	@Test
	void isKeptByABackendAroundThatOfAServer() {
		this.runner.withPropertyValues(NO_SERVER, ENABLED)
			.withBean(MatrixOneBackend.class, () -> new ObservedBackend(new ServerBackend(), ObservationRegistry.NOOP))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JournalTable.class)
				.hasSingleBean(JournalRecovery.class));
	}

	@Test
	void refusesToStartWhereThereIsNoSingleDataSource() {
		ApplicationContextRunner several = this.runner.withPropertyValues(ENABLED)
			.withBean("first", DataSource.class, () -> mock())
			.withBean("second", DataSource.class, () -> mock());
		several.run(MatrixOneJournalAutoConfigurationTests::saysThatThereIsNone);
		several
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run(MatrixOneJournalAutoConfigurationTests::saysThatThereIsNone);
		several.withBean(ServerBackend.class)
			.withBean(CommandExecutor.class, () -> new CommandExecutor(mock(), new ServerBackend()))
			.run(MatrixOneJournalAutoConfigurationTests::saysThatThereIsNone);
	}

	@Test
	void startsWhereTheJournalIsTheUsersOrThereIsNoDatabase() {
		this.runner.withPropertyValues(ENABLED)
			.withBean("first", DataSource.class, () -> mock())
			.withBean("second", DataSource.class, () -> mock())
			.withBean(Journal.class, () -> mock())
			.run((context) -> assertThat(context).hasNotFailed());
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MatrixOneJournalAutoConfiguration.class))
			.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static void saysThatThereIsNone(AssertableApplicationContext context) {
		assertThat(context).getFailure()
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (failure) -> {
				assertThat(failure.getName()).isEqualTo("matrixone.journal.enabled");
				assertThat(failure.getReason()).contains("Make one of several @Primary");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "x`; DROP TABLE victim; --", "shop.x'; DROP TABLE victim; --", "shop\\.x", ".x", "shop." })
	void refusesATableNameThatIsNone(String name) {
		this.runner.withPropertyValues(NO_SERVER, ENABLED, "matrixone.journal.table-name=" + name)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (failure) -> {
					assertThat(failure.getName()).isEqualTo("matrixone.journal.table-name");
					assertThat(failure.getReason()).startsWith("The name of a ");
				}));
	}

	@ParameterizedTest
	@CsvSource({ "recovery-interval,0s", "grace-period,-1s", "failure-retention,-1d" })
	void refusesTimesThatMakeNoSense(String property, String value) {
		this.runner.withPropertyValues(NO_SERVER, ENABLED, "matrixone.journal." + property + '=' + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(failure) -> assertThat(failure.getName()).isEqualTo("matrixone.journal." + property)));
	}

	@Test
	void doesNotStartWhereItsScriptFails() {
		this.runner
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:journal", ENABLED,
					"matrixone.journal.initialize-schema=always",
					"matrixone.journal.schema=classpath:" + getClass().getName().replace('.', '/') + ".class")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void startsWithoutTheServerAndTriesTheRecoveryAgain(CapturedOutput output) {
		this.runner.withPropertyValues(NO_SERVER, ENABLED, "matrixone.journal.recovery-interval=100ms")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(JournalTable.class)
					.hasSingleBean(JournalRecovery.class)
					.hasSingleBean(JournalRecoverySchedule.class);
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(output.getOut().split("The journal could not be read", -1))
						.hasSizeGreaterThan(2));
				assertThat(output).contains("read again in PT0.1S");
				context.getBean(JournalRecoverySchedule.class).stop();
				assertThat(context.getBean(JournalRecoverySchedule.class).isRunning()).isFalse();
			});
	}

	@Test
	void healthSaysWhatIsLeft() {
		this.runner.withPropertyValues(NO_SERVER, ENABLED)
			.run((context) -> assertThat(context.getBean(HealthIndicator.class).health().getDetails().get("journal"))
				.hasToString("{entries=0, failures=0}"));
	}

	@Test
	void theScriptIsWhereTheDefaultSays() {
		assertThat(new MatrixOneJournalProperties().getDefaultSchemaLocation())
			.isEqualTo("classpath:" + JournalTable.SCHEMA);
		assertThat(new ClassPathResource(JournalTable.SCHEMA).exists()).isTrue();
	}

}
