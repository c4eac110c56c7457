package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.Ordered;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.transaction.ReactiveTransactionManager;

import io.github.matrixone.spring.boot.autoconfigure.AfterRestore;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnBooleanSetting;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties;
import io.github.matrixone.spring.boot.autoconfigure.jpa.MatrixOneJpaAutoConfiguration;
import io.github.matrixone.spring.branch.BranchNotes;
import io.github.matrixone.spring.branch.ReactiveBranchCheck;
import io.github.matrixone.spring.branch.ReactiveBranchNotes;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.command.CommandObservationConvention;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.past.ReactivePastOperations;
import io.github.matrixone.spring.past.ReactivePastTemplate;
import io.github.matrixone.spring.pitr.ReactivePitrOperations;
import io.github.matrixone.spring.pitr.ReactivePitrTemplate;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.Journal;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the reactive operations on a single R2DBC connection factory.
 * With several, mark one as primary, or build the templates of each with {@code new}.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneJpaAutoConfiguration.class,
		afterName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ ConnectionFactory.class, ConnectionFactoryUtils.class })
@ConditionalOnSingleCandidate(ConnectionFactory.class)
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneReactiveAutoConfiguration {

	/**
	 * The name of the bean that carries the commands out.
	 */
	public static final String EXECUTOR = "matrixOneReactiveCommandExecutor";

	@Bean
	ReactiveCommandConnections matrixOneReactiveCommandConnections(MatrixOneProperties properties) {
		return new ReactiveCommandConnections(properties.getCommands().getMaximumPoolSize());
	}

	/**
	 * The executor of the connection factory that the operations work on. An executor for
	 * another one may be a bean as well, under another name.
	 */
	@Bean
	@Fallback
	@ConditionalOnMissingBean(name = EXECUTOR)
	ReactiveCommandExecutor matrixOneReactiveCommandExecutor(ConnectionFactory connectionFactory,
			ReactiveCommandConnections connections, MatrixOneProperties properties,
			ObjectProvider<ObservationRegistry> observations, ObjectProvider<CommandObservationConvention> convention,
			ObjectProvider<Journal> journal) {
		ReactiveCommandExecutor executor = new ReactiveCommandExecutor(connectionFactory, connections::to);
		executor.setSlowThreshold(properties.getCommands().getSlowThreshold());
		observations.ifUnique((registry) -> executor.setObservationRegistry(registry, convention.getIfAvailable()));
		journal.ifUnique(executor::setJournal);
		return executor;
	}

	@Bean
	@ConditionalOnMissingBean(ReactiveSnapshotOperations.class)
	ReactiveSnapshotTemplate matrixOneReactiveSnapshotTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor) {
		return new ReactiveSnapshotTemplate(executor);
	}

	@Bean
	@ConditionalOnMissingBean(ReactiveCloneOperations.class)
	ReactiveCloneTemplate matrixOneReactiveCloneTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor) {
		return new ReactiveCloneTemplate(executor);
	}

	@Bean
	@ConditionalOnMissingBean(ReactiveBranchOperations.class)
	ReactiveBranchTemplate matrixOneReactiveBranchTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor,
			ObjectProvider<ReactiveBranchCheck> checks, ObjectProvider<ReactiveTransactionManager> transactionManager) {
		ReactiveBranchTemplate branches = new ReactiveBranchTemplate(executor);
		branches.setChecks(() -> checks.orderedStream().toList());
		branches.setTransactionManager(() -> unique(transactionManager));
		return branches;
	}

	@Bean
	@ConditionalOnBooleanSetting("matrixone.branches.notes")
	@ConditionalOnMissingBean
	ReactiveBranchNotes matrixOneReactiveBranchNotes(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor) {
		return new ReactiveBranchNotes(executor, TableName.of(BranchNotes.DEFAULT_TABLE));
	}

	private static @Nullable ReactiveTransactionManager unique(ObjectProvider<ReactiveTransactionManager> managers) {
		ReactiveTransactionManager manager = managers.getIfUnique();
		if (manager == null && managers.stream().findAny().isPresent()) {
			throw new IllegalStateException(
					"Nothing is published: there are several reactive transaction managers, and "
							+ "it is not known which one the repositories of checks use. Make one of them @Primary, or call "
							+ "publish of a diff within a transaction");
		}
		return manager;
	}

	@Bean
	@ConditionalOnMissingBean(ReactivePastOperations.class)
	ReactivePastTemplate matrixOneReactivePastTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor,
			MatrixOneProperties properties) {
		ReactivePastTemplate past = new ReactivePastTemplate(executor);
		past.setKeepFor(properties.getPast().getKeepFor());
		past.setKeepAtMost(properties.getPast().getKeepAtMost());
		return past;
	}

	@Bean
	@ConditionalOnMissingBean(ReactiveRestoreOperations.class)
	ReactiveRestoreTemplate matrixOneReactiveRestoreTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor,
			ObjectProvider<AfterRestore> afterRestore) {
		List<Runnable> actions = afterRestore.orderedStream().<Runnable>map((action) -> action::run).toList();
		return new ReactiveRestoreTemplate(executor, new ReactiveSnapshotTemplate(executor), actions);
	}

	@Bean
	@ConditionalOnMissingBean(ReactivePitrOperations.class)
	ReactivePitrTemplate matrixOneReactivePitrTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor,
			ObjectProvider<AfterRestore> afterRestore) {
		List<Runnable> actions = afterRestore.orderedStream().<Runnable>map((action) -> action::run).toList();
		return new ReactivePitrTemplate(executor, new ReactiveSnapshotTemplate(executor), actions);
	}

	@Bean
	@ConditionalOnMissingBean(ReactiveControlOperations.class)
	ReactiveControlTemplate matrixOneReactiveControlTemplate(@Qualifier(EXECUTOR) ReactiveCommandExecutor executor) {
		return new ReactiveControlTemplate(executor);
	}

}
