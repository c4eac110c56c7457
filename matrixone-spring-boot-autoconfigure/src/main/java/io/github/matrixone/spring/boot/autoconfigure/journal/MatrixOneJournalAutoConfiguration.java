package io.github.matrixone.spring.boot.autoconfigure.journal;

import java.util.Objects;

import javax.sql.DataSource;

import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.boot.r2dbc.init.R2dbcScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnBooleanSetting;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.DataSourceWrapper;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneReactiveAutoConfiguration;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.OwnConnections;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the journal. Where there is a data source, it serves reactive
 * operations beside it as well. The simulator needs none: its data is gone with the
 * process.
 *
 * @since 0.1
 */
@AutoConfiguration(after = { MatrixOneAutoConfiguration.class, MatrixOneReactiveAutoConfiguration.class })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(DatabaseInitializationProperties.class)
@ConditionalOnBooleanSetting("matrixone.journal.enabled")
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneJournalProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class MatrixOneJournalAutoConfiguration {

	@Bean
	@ConditionalOnBean(JournalRecovery.class)
	JournalRecoverySchedule matrixOneJournalRecoverySchedule(JournalRecovery recovery,
			MatrixOneJournalProperties properties) {
		return new JournalRecoverySchedule(recovery, properties.getRecoveryInterval());
	}

	/**
	 * Refuses to start without the journal that was asked for. Also with lazy
	 * initialization, which leaves beans of this type out.
	 */
	@Bean
	@Conditional(DatabaseCondition.class)
	@ConditionalOnMissingBean({ Journal.class, DataSourceWrapper.class })
	static SmartInitializingSingleton matrixOneMissingJournal() {
		return () -> {
			throw new InvalidConfigurationPropertyValueException("matrixone.journal.enabled", true,
					"there is neither a single data source to keep the journal in, nor a single connection factory, with "
							+ "spring-boot-r2dbc. Make one of several @Primary, or set the property to false");
		};
	}

	private static TableName tableName(MatrixOneJournalProperties properties) {
		String name = properties.getTableName();
		try {
			return TableName.parse(name);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("matrixone.journal.table-name", name, ex.getMessage());
		}
	}

	private static JournalRecovery recovery(OwnConnections sessions, JournalTable journal,
			MatrixOneJournalProperties properties) {
		JournalRecovery recovery = new JournalRecovery(sessions, journal);
		recovery.setGracePeriod(properties.getGracePeriod());
		recovery.setFailureRetention(properties.getFailureRetention());
		return recovery;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(CommandExecutor.class)
	@ConditionalOnSingleCandidate(DataSource.class)
	@ConditionalOnMissingBean(DataSourceWrapper.class)
	static class JdbcConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "matrixOneJournalInitializer")
		PropertiesBasedDataSourceScriptDatabaseInitializer<MatrixOneJournalProperties> matrixOneJournalInitializer(
				DataSource dataSource, MatrixOneJournalProperties properties) {
			return new PropertiesBasedDataSourceScriptDatabaseInitializer<>(dataSource, properties);
		}

		@Bean
		@ConditionalOnMissingBean
		@DependsOnDatabaseInitialization
		JournalTable matrixOneJournal(
				@Qualifier(MatrixOneAutoConfiguration.EXECUTOR) ObjectProvider<CommandExecutor> executor,
				MatrixOneJournalProperties properties) {
			TableName table = tableName(properties);
			return new JournalTable(() -> executor.getObject().qualifiedBeside(table));
		}

		@Bean
		@ConditionalOnMissingBean
		JournalRecovery matrixOneJournalRecovery(
				@Qualifier(MatrixOneAutoConfiguration.EXECUTOR) CommandExecutor executor, JournalTable journal,
				MatrixOneJournalProperties properties) {
			return recovery(executor, journal, properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConnectionFactory.class, R2dbcScriptDatabaseInitializer.class })
	@ConditionalOnBean(ReactiveCommandExecutor.class)
	@ConditionalOnMissingBean(CommandExecutor.class)
	static class R2dbcConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "matrixOneJournalInitializer")
		R2dbcScriptDatabaseInitializer matrixOneJournalInitializer(ConnectionFactory connectionFactory,
				MatrixOneJournalProperties properties) {
			String platform = StringUtils.hasText(properties.getPlatform()) ? properties.getPlatform()
					: DatabaseDriver.MYSQL.getId();
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setSchemaLocations(
					new PlatformPlaceholderDatabaseDriverResolver().resolveAll(platform, properties.getSchema()));
			settings.setMode(properties.getInitializeSchema());
			settings.setContinueOnError(properties.isContinueOnError());
			return new R2dbcScriptDatabaseInitializer(connectionFactory, settings);
		}

		@Bean
		@ConditionalOnMissingBean
		@DependsOnDatabaseInitialization
		JournalTable matrixOneJournal(
				@Qualifier(MatrixOneReactiveAutoConfiguration.EXECUTOR) ObjectProvider<ReactiveCommandExecutor> executor,
				MatrixOneJournalProperties properties) {
			TableName table = tableName(properties);
			return new JournalTable(() -> Objects.requireNonNull(executor.getObject().qualifiedBeside(table).block()));
		}

		@Bean
		@ConditionalOnMissingBean
		JournalRecovery matrixOneJournalRecovery(
				@Qualifier(MatrixOneReactiveAutoConfiguration.EXECUTOR) ReactiveCommandExecutor executor,
				JournalTable journal, MatrixOneJournalProperties properties) {
			return recovery(executor, journal, properties);
		}

	}

	/**
	 * Matches if there is a database of any kind: without one nothing is asked for that a
	 * journal would keep.
	 */
	private static final class DatabaseCondition extends AnyNestedCondition {

		DatabaseCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(DataSource.class)
		static final class Jdbc {

		}

		@ConditionalOnBean(type = "io.r2dbc.spi.ConnectionFactory")
		static final class R2dbc {

		}

	}

}
