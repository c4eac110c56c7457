package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.backend.ServerBackend;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.CommandExecutor;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the journal. The simulator needs none: its data is gone with
 * the process.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class)
@ConditionalOnClass(DatabaseInitializationProperties.class)
@ConditionalOnBean({ CommandExecutor.class, ServerBackend.class })
@ConditionalOnBooleanProperty("matrixone.journal.enabled")
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneJournalProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class MatrixOneJournalAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "matrixOneJournalInitializer")
	PropertiesBasedDataSourceScriptDatabaseInitializer<MatrixOneJournalProperties> matrixOneJournalInitializer(
			DataSource dataSource, MatrixOneProperties properties, MatrixOneJournalProperties journalProperties) {
		return new PropertiesBasedDataSourceScriptDatabaseInitializer<>(PlainDataSource.of(dataSource, properties),
				journalProperties);
	}

	@Bean
	@ConditionalOnMissingBean
	@DependsOnDatabaseInitialization
	JournalTable matrixOneJournal(ObjectProvider<CommandExecutor> executor, MatrixOneJournalProperties properties) {
		TableName table = tableName(properties.getTableName());
		return new JournalTable(() -> executor.getObject().qualifiedBeside(table));
	}

	@Bean
	@ConditionalOnMissingBean
	JournalRecovery matrixOneJournalRecovery(CommandExecutor executor, SnapshotOperations snapshots,
			JournalTable journal, MatrixOneJournalProperties properties) {
		JournalRecovery recovery = new JournalRecovery(executor, snapshots, journal);
		recovery.setGracePeriod(properties.getGracePeriod());
		recovery.setFailureRetention(properties.getFailureRetention());
		return recovery;
	}

	@Bean
	JournalRecoverySchedule matrixOneJournalRecoverySchedule(JournalRecovery recovery,
			MatrixOneJournalProperties properties) {
		return new JournalRecoverySchedule(recovery, properties.getRecoveryInterval());
	}

	private static TableName tableName(String name) {
		String[] parts = StringUtils.split(name, ".");
		return (parts != null) ? TableName.of(parts[0], parts[1]) : TableName.of(name);
	}

}
