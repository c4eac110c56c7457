package io.github.matrixone.spring.boot.autoconfigure.journal;

import javax.sql.DataSource;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.r2dbc.init.R2dbcScriptDatabaseInitializer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.test.util.ReflectionTestUtils;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneConnectionFactoryAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneReactiveAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.transaction.Journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The journal in an application that has R2DBC, with a data source beside it or without.
 */
class MatrixOneReactiveJournalTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				R2dbcAutoConfiguration.class, R2dbcTransactionManagerAutoConfiguration.class,
				TransactionAutoConfiguration.class, MatrixOneAutoConfiguration.class,
				MatrixOneConnectionFactoryAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
				MatrixOneJournalAutoConfiguration.class, MatrixOneReactiveAutoConfiguration.class,
				MatrixOneSimulatorAutoConfiguration.class))
		.withPropertyValues("matrixone.journal.enabled=true");

	private final ApplicationContextRunner r2dbc = this.runner
		.withPropertyValues("spring.r2dbc.url=r2dbc:mysql://root@127.0.0.1:1/shop");

	@Test
	void isOffUntilItIsTurnedOn() {
		this.r2dbc.withPropertyValues("matrixone.journal.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(Journal.class).doesNotHaveBean(JournalRecovery.class);
			assertThat(journalOf(context.getBean(ReactiveCommandExecutor.class))).isNull();
		});
	}

	@Test
	void servesAnApplicationWithR2dbcOnly() {
		this.r2dbc.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(JournalRecovery.class)
				.hasSingleBean(JournalRecoverySchedule.class)
				.hasSingleBean(R2dbcScriptDatabaseInitializer.class)
				.doesNotHaveBean(DataSource.class);
			assertThat(journalOf(context.getBean(ReactiveCommandExecutor.class)))
				.isSameAs(context.getBean(JournalTable.class));
		});
	}

	@Test
	void servesAnApplicationWithJdbcOnly() {
		this.runner.withBean(DataSource.class, SimpleDriverDataSource::new)
			.withPropertyValues("matrixone.journal.initialize-schema=never")
			.withClassLoader(
					new FilteredClassLoader("io.r2dbc", "reactor", "org.springframework.r2dbc", "io.asyncer.r2dbc"))
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(JournalRecovery.class)
					.hasSingleBean(DataSourceScriptDatabaseInitializer.class);
				assertThat(journalOf(context.getBean(CommandExecutor.class)))
					.isSameAs(context.getBean(JournalTable.class));
			});
	}

	@Test
	void hasOneJournalAndOneRecoveryForBoth() {
		this.r2dbc.withBean(DataSource.class, SimpleDriverDataSource::new)
			.withPropertyValues("matrixone.journal.initialize-schema=never")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(JournalRecovery.class)
					.hasSingleBean(DataSourceScriptDatabaseInitializer.class)
					.doesNotHaveBean(R2dbcScriptDatabaseInitializer.class);
				JournalTable journal = context.getBean(JournalTable.class);
				assertThat(journalOf(context.getBean(CommandExecutor.class))).isSameAs(journal);
				assertThat(journalOf(context.getBean(ReactiveCommandExecutor.class))).isSameAs(journal);
			});
	}

	@Test
	void refusesToStartWhereThereIsNoSingleConnectionFactory() {
		this.runner.withBean("first", ConnectionFactory.class, () -> mock())
			.withBean("second", ConnectionFactory.class, () -> mock())
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("matrixone.journal.enabled")
				.hasMessageContaining("@Primary"));
	}

	@Test
	void findsTheScriptOfAPlatform() {
		this.r2dbc
			.withPropertyValues("matrixone.journal.initialize-schema=always",
					"matrixone.journal.schema=classpath:journal-@@platform@@.sql")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("No schema scripts found at location 'classpath:journal-mysql.sql'"));
	}

	private static Object journalOf(Object executor) {
		return ReflectionTestUtils.getField(executor, "journal");
	}

}
