package io.github.matrixone.spring.boot.autoconfigure.retention;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.CronTrigger;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.branch.BranchNotes;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchRetention;
import io.github.matrixone.spring.branch.BranchRetentionPolicy;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.snapshot.RetentionPolicy;
import io.github.matrixone.spring.snapshot.SnapshotRetention;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the retention of snapshots and branches, by policies from the
 * properties and those that are beans.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneRetentionAutoConfiguration {

	private static final Log logger = LogFactory.getLog(MatrixOneRetentionAutoConfiguration.class);

	private static final String SCHEDULE = "matrixone.retention.schedule";

	private static final String BRANCH_SCHEDULE = "matrixone.branches.retention.schedule";

	private static Trigger trigger(String property, @Nullable String value) {
		String schedule = String.valueOf(value);
		if (!CronExpression.isValidExpression(schedule)) {
			throw new InvalidConfigurationPropertyValueException(property, schedule,
					"It must be a cron expression with seconds, such as '0 30 3 * * *'");
		}
		return new CronTrigger(schedule);
	}

	private static <T, P> List<P> policies(String property, List<T> values, Function<T, @Nullable String> prefix,
			Function<T, P> policy, ObjectProvider<P> beans) {
		List<P> policies = new ArrayList<>(beans.orderedStream().toList());
		for (int i = 0; i < values.size(); i++) {
			try {
				policies.add(policy.apply(values.get(i)));
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidConfigurationPropertyValueException(property + '[' + i + ']',
						prefix.apply(values.get(i)), ex.getMessage());
			}
		}
		return policies;
	}

	/**
	 * The retention of snapshots.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(name = MatrixOneAutoConfiguration.EXECUTOR)
	@EnableConfigurationProperties(MatrixOneRetentionProperties.class)
	static class SnapshotRetentionConfiguration {

		@Bean
		@Lazy
		@ConditionalOnMissingBean
		SnapshotRetention matrixOneSnapshotRetention(
				@Qualifier(MatrixOneAutoConfiguration.EXECUTOR) CommandExecutor executor,
				MatrixOneRetentionProperties properties, ObjectProvider<RetentionPolicy> beans) {
			return new SnapshotRetention(new SnapshotTemplate(executor),
					policies("matrixone.retention.policies", properties.getPolicies(),
							MatrixOneRetentionProperties.Policy::getPrefix,
							MatrixOneRetentionProperties.Policy::toPolicy, beans));
		}

		@Bean
		@ConditionalOnProperty(SCHEDULE)
		RetentionSchedule matrixOneRetentionSchedule(SnapshotRetention retention,
				MatrixOneRetentionProperties properties) {
			return new RetentionSchedule("snapshots", SCHEDULE, retention::prune,
					trigger(SCHEDULE, properties.getSchedule()));
		}

	}

	/**
	 * The retention of branches.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(value = BranchOperations.class, name = MatrixOneAutoConfiguration.EXECUTOR)
	@EnableConfigurationProperties(MatrixOneBranchRetentionProperties.class)
	static class BranchRetentionConfiguration {

		@Bean
		@Lazy
		@ConditionalOnMissingBean
		BranchRetention matrixOneBranchRetention(BranchOperations branches,
				MatrixOneBranchRetentionProperties properties, ObjectProvider<BranchRetentionPolicy> beans,
				ObjectProvider<BranchNotes> notes) {
			return new BranchRetention(branches,
					policies("matrixone.branches.retention.policies", properties.getPolicies(),
							MatrixOneBranchRetentionProperties.Policy::getPrefix,
							MatrixOneBranchRetentionProperties.Policy::toPolicy, beans),
					Clock.systemUTC(), notes.getIfUnique());
		}

		@Bean
		@ConditionalOnProperty(BRANCH_SCHEDULE)
		RetentionSchedule matrixOneBranchRetentionSchedule(BranchRetention retention,
				MatrixOneBranchRetentionProperties properties) {
			return new RetentionSchedule("branches", BRANCH_SCHEDULE, retention::prune,
					trigger(BRANCH_SCHEDULE, properties.getSchedule()));
		}

	}

	/**
	 * Says that there is none where it was asked for.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(name = MatrixOneAutoConfiguration.EXECUTOR)
	static class NoRetentionConfiguration {

		NoRetentionConfiguration(Environment environment) {
			Stream.of(SCHEDULE, BRANCH_SCHEDULE)
				.filter(environment::containsProperty)
				.forEach((schedule) -> logger.warn(schedule + " is set, and nothing is pruned: retention needs a "
						+ "single DataSource that is a bean, or a primary one. An application with R2DBC can declare "
						+ "one beside its ConnectionFactory"));
		}

	}

}
