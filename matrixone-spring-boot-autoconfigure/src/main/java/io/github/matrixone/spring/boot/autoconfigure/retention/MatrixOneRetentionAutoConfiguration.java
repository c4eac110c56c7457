package io.github.matrixone.spring.boot.autoconfigure.retention;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.CronTrigger;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchRetention;
import io.github.matrixone.spring.branch.BranchRetentionPolicy;
import io.github.matrixone.spring.snapshot.RetentionPolicy;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotRetention;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the retention of snapshots and branches, by policies from the
 * properties and those that are beans.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class)
@ConditionalOnBean(SnapshotOperations.class)
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneRetentionProperties.class)
public final class MatrixOneRetentionAutoConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	SnapshotRetention matrixOneSnapshotRetention(SnapshotOperations snapshots, MatrixOneRetentionProperties properties,
			ObjectProvider<RetentionPolicy> beans) {
		return new SnapshotRetention(snapshots, policies(properties, beans));
	}

	@Bean
	@ConditionalOnProperty("matrixone.retention.schedule")
	RetentionSchedule matrixOneRetentionSchedule(SnapshotRetention retention, MatrixOneRetentionProperties properties) {
		return new RetentionSchedule(retention, trigger("matrixone.retention.schedule", properties.getSchedule()));
	}

	private static Trigger trigger(String property, @Nullable String value) {
		String schedule = String.valueOf(value);
		if (!CronExpression.isValidExpression(schedule)) {
			throw new InvalidConfigurationPropertyValueException(property, schedule,
					"It must be a cron expression with seconds, such as '0 30 3 * * *'");
		}
		return new CronTrigger(schedule);
	}

	private static List<RetentionPolicy> policies(MatrixOneRetentionProperties properties,
			ObjectProvider<RetentionPolicy> beans) {
		List<RetentionPolicy> policies = new ArrayList<>(beans.orderedStream().toList());
		for (int i = 0; i < properties.getPolicies().size(); i++) {
			try {
				policies.add(properties.getPolicies().get(i).toPolicy());
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidConfigurationPropertyValueException("matrixone.retention.policies[" + i + "]",
						properties.getPolicies().get(i).getPrefix(), ex.getMessage());
			}
		}
		return policies;
	}

	/**
	 * The retention of branches.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(BranchOperations.class)
	@EnableConfigurationProperties(MatrixOneBranchRetentionProperties.class)
	static class BranchRetentionConfiguration {

		@Bean
		@Lazy
		@ConditionalOnMissingBean
		BranchRetention matrixOneBranchRetention(BranchOperations branches,
				MatrixOneBranchRetentionProperties properties, ObjectProvider<BranchRetentionPolicy> beans) {
			List<BranchRetentionPolicy> policies = new ArrayList<>(beans.orderedStream().toList());
			for (int i = 0; i < properties.getPolicies().size(); i++) {
				try {
					policies.add(properties.getPolicies().get(i).toPolicy());
				}
				catch (IllegalArgumentException ex) {
					throw new InvalidConfigurationPropertyValueException(
							"matrixone.branches.retention.policies[" + i + "]",
							properties.getPolicies().get(i).getPrefix(), ex.getMessage());
				}
			}
			return new BranchRetention(branches, policies);
		}

		@Bean
		@ConditionalOnProperty("matrixone.branches.retention.schedule")
		BranchRetentionSchedule matrixOneBranchRetentionSchedule(BranchRetention retention,
				MatrixOneBranchRetentionProperties properties) {
			return new BranchRetentionSchedule(retention,
					trigger("matrixone.branches.retention.schedule", properties.getSchedule()));
		}

	}

}
