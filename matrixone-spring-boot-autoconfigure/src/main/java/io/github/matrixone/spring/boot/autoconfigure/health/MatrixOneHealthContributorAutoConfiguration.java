package io.github.matrixone.spring.boot.autoconfigure.health;

import java.util.Map;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnBooleanSetting;
import io.github.matrixone.spring.boot.autoconfigure.ConditionalOnMatrixOneEnabled;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties;
import io.github.matrixone.spring.boot.autoconfigure.journal.MatrixOneJournalAutoConfiguration;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.journal.JournalRecovery;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for what health and info say of the MatrixOne or the simulator.
 *
 * @since 0.1
 */
@AutoConfiguration(after = { MatrixOneAutoConfiguration.class, MatrixOneJournalAutoConfiguration.class })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBean(MatrixOneBackend.class)
@ConditionalOnMatrixOneEnabled
@EnableConfigurationProperties(MatrixOneProperties.class)
public final class MatrixOneHealthContributorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	@ConditionalOnSingleCandidate(DataSource.class)
	@Conditional(OnDatabaseHealth.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "matrixOneHealthIndicator")
		@ConditionalOnEnabledHealthIndicator("matrixone")
		MatrixOneHealthIndicator matrixOneHealthIndicator(DataSource dataSource, MatrixOneBackend backend,
				ObjectProvider<JournalRecovery> recovery, MatrixOneProperties properties,
				ObjectProvider<BranchOperations> branches, Environment environment) {
			boolean told = properties.getBranches().isHealthDetails();
			MatrixOneHealthIndicator indicator = new MatrixOneHealthIndicator(dataSource, backend,
					recovery.getIfUnique(), () -> told ? branches.getIfUnique() : null);
			indicator.setIgnoreRouters(
					environment.getProperty("management.health.db.ignore-routing-data-sources", Boolean.class, false));
			return indicator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(InfoContributor.class)
	static class InfoConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "matrixOneInfoContributor")
		InfoContributor matrixOneInfoContributor(MatrixOneBackend backend) {
			return (builder) -> builder.withDetail("matrixone", Map.of("backend", backend.description()));
		}

	}

	/**
	 * Who has switched off that health looks at the database means this as well, unless
	 * it is asked for by name.
	 */
	static final class OnDatabaseHealth extends AnyNestedCondition {

		OnDatabaseHealth() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBooleanProperty(name = "management.health.db.enabled", matchIfMissing = true)
		static final class OfDatabase {

		}

		@ConditionalOnBooleanSetting("management.health.matrixone.enabled")
		static final class OfMatrixOne {

		}

	}

}
