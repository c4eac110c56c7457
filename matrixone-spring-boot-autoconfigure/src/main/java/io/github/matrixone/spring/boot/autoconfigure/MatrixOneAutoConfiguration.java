package io.github.matrixone.spring.boot.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.branch.BranchCheck;
import io.github.matrixone.spring.branch.BranchNotes;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.RiskyChange;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.command.CommandObservationConvention;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ControlTemplate;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ObservedBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.SiblingConnections;
import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.past.PastTemplate;
import io.github.matrixone.spring.pitr.PitrOperations;
import io.github.matrixone.spring.pitr.PitrTemplate;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.Journal;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the operations on a single data source. With several, mark one
 * as primary, or build the templates of each with {@code new}. They are made when they
 * are first asked for, so that an application's start does not wait for what it does not
 * use. Each works with the executor, none with beans of the others' types: such a bean of
 * the application's may be for another data source.
 *
 * @since 0.1
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(SnapshotTemplate.class)
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneAutoConfiguration {

	/**
	 * The name of the bean that carries the commands out.
	 */
	public static final String EXECUTOR = "matrixOneCommandExecutor";

	@Bean
	@ConditionalOnMissingBean(MatrixOneBackend.class)
	ServerBackend matrixOneBackend() {
		return new ServerBackend();
	}

	@Bean
	@ConditionalOnMissingBean(SiblingConnections.class)
	PooledSiblingConnections matrixOneSiblingConnections(MatrixOneProperties properties) {
		return new PooledSiblingConnections(properties.getCommands().getMaximumPoolSize());
	}

	/**
	 * The executor of the data source that the operations work on. An executor for
	 * another data source may be a bean as well, under another name.
	 */
	@Bean
	@Lazy
	@Fallback
	@ConditionalOnMissingBean(name = EXECUTOR)
	CommandExecutor matrixOneCommandExecutor(DataSource dataSource, SiblingConnections siblings,
			MatrixOneBackend backend, MatrixOneProperties properties, ObjectProvider<CommandObserver> observer,
			ObjectProvider<Journal> journal) {
		CommandExecutor executor = new CommandExecutor(dataSource, siblings,
				observer.getIfUnique(() -> (unobserved) -> unobserved).observe(backend));
		executor.setSlowThreshold(properties.getCommands().getSlowThreshold());
		journal.ifUnique(executor::setJournal);
		return executor;
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(SnapshotOperations.class)
	SnapshotTemplate matrixOneSnapshotTemplate(@Qualifier(EXECUTOR) CommandExecutor executor) {
		return new SnapshotTemplate(executor);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(CloneOperations.class)
	CloneTemplate matrixOneCloneTemplate(@Qualifier(EXECUTOR) CommandExecutor executor) {
		return new CloneTemplate(executor);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(BranchOperations.class)
	BranchTemplate matrixOneBranchTemplate(@Qualifier(EXECUTOR) CommandExecutor executor,
			ObjectProvider<SharedStateCheck> sharedState, ObjectProvider<BranchCheck> checks,
			ObjectProvider<PlatformTransactionManager> transactionManagers, ObjectProvider<AfterMerge> afterMerge) {
		BranchTemplate branches = new BranchTemplate(executor);
		branches.setChecksBeforeWork(checks(sharedState, true));
		branches.setChecks(() -> checks.orderedStream().toList());
		branches.setTransactionManagers(() -> meant(transactionManagers));
		branches.setAfterMerge(afterMerge.orderedStream().<Runnable>map((action) -> action::run).toList());
		return branches;
	}

	@Bean
	@Lazy
	@ConditionalOnBooleanSetting("matrixone.branches.notes")
	@ConditionalOnMissingBean
	BranchNotes matrixOneBranchNotes(@Qualifier(EXECUTOR) CommandExecutor executor) {
		return new BranchNotes(executor, TableName.of(BranchNotes.DEFAULT_TABLE));
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	RiskyChange matrixOneRiskyChange(@Qualifier(EXECUTOR) CommandExecutor executor) {
		return new RiskyChange(new SnapshotTemplate(executor), new BranchTemplate(executor));
	}

	private static List<Runnable> checks(ObjectProvider<SharedStateCheck> sharedState, boolean toWrite) {
		return sharedState.orderedStream().<Runnable>map((check) -> () -> check.check(toWrite)).toList();
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(PastOperations.class)
	PastTemplate matrixOnePastTemplate(@Qualifier(EXECUTOR) CommandExecutor executor,
			ObjectProvider<SharedStateCheck> sharedState, MatrixOneProperties properties) {
		PastTemplate past = new PastTemplate(executor);
		past.setChecksBeforeReads(checks(sharedState, false));
		past.setKeepFor(properties.getPast().getKeepFor());
		past.setKeepAtMost(properties.getPast().getKeepAtMost());
		return past;
	}

	private static List<PlatformTransactionManager> meant(ObjectProvider<PlatformTransactionManager> managers) {
		PlatformTransactionManager manager = managers.getIfUnique();
		return (manager != null) ? List.of(manager) : managers.stream().toList();
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(RestoreOperations.class)
	RestoreTemplate matrixOneRestoreTemplate(@Qualifier(EXECUTOR) CommandExecutor executor,
			ObjectProvider<AfterRestore> afterRestore) {
		return new RestoreTemplate(executor, new SnapshotTemplate(executor), actions(afterRestore));
	}

	private static List<Runnable> actions(ObjectProvider<AfterRestore> afterRestore) {
		return afterRestore.orderedStream().<Runnable>map((action) -> action::run).toList();
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(PitrOperations.class)
	PitrTemplate matrixOnePitrTemplate(@Qualifier(EXECUTOR) CommandExecutor executor,
			ObjectProvider<AfterRestore> afterRestore) {
		return new PitrTemplate(executor, new SnapshotTemplate(executor), actions(afterRestore));
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(ControlOperations.class)
	ControlTemplate matrixOneControlTemplate(@Qualifier(EXECUTOR) CommandExecutor executor) {
		return new ControlTemplate(executor);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanSetting(value = "matrixone.exception-translation.enabled", matchIfMissing = true)
	static class ExceptionTranslationConfiguration {

		@Bean
		@ConditionalOnMissingBean(SQLExceptionTranslator.class)
		MatrixOneExceptionTranslator matrixOneExceptionTranslator(ObjectProvider<DataSource> dataSource) {
			return ErrorCodes.areTheApplications() ? ErrorCodes.after(dataSource.getObject())
					: new MatrixOneExceptionTranslator();
		}

		@Bean
		TransactionManagerCustomizer<JdbcTransactionManager> matrixOneTransactionManagerCustomizer(
				ObjectProvider<SQLExceptionTranslator> translator) {
			return (transactionManager) -> translator.ifUnique(transactionManager::setExceptionTranslator);
		}

	}

	/**
	 * The only one here that needs Micrometer.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	static class ObservationConfiguration {

		@Bean
		CommandObserver matrixOneCommandObserver(ObjectProvider<ObservationRegistry> observations,
				ObjectProvider<CommandObservationConvention> convention) {
			return (backend) -> {
				ObservationRegistry registry = observations.getIfUnique(() -> ObservationRegistry.NOOP);
				if (registry.isNoop()) {
					return backend;
				}
				ObservedBackend observed = new ObservedBackend(backend, registry);
				observed.setObservationConvention(convention.getIfAvailable());
				return observed;
			};
		}

	}

}
