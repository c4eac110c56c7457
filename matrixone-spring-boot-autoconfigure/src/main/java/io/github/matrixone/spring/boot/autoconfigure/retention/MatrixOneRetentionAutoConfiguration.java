package io.github.matrixone.spring.boot.autoconfigure.retention;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.CronTrigger;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.snapshot.RetentionPolicy;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotRetention;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the retention of snapshots, by policies from the properties and
 * those that are beans.
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
		String schedule = String.valueOf(properties.getSchedule());
		if (!CronExpression.isValidExpression(schedule)) {
			throw new InvalidConfigurationPropertyValueException("matrixone.retention.schedule", schedule,
					"It must be a cron expression with seconds, such as '0 30 3 * * *'");
		}
		return new RetentionSchedule(retention, new CronTrigger(schedule));
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

}
