package io.github.matrixone.spring.boot.autoconfigure.past;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.past.ReactivePastOperations;
import io.github.matrixone.spring.past.ReadAsOf;
import io.github.matrixone.spring.past.ReadAsOfPostProcessor;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that has methods with {@link ReadAsOf} read the past. It is there
 * whatever else is configured, because such a method would read what is there now without
 * it: where the past cannot be read, a call fails.
 *
 * <p>
 * Each context has its own, since a bean post-processor serves no other one.
 *
 * @since 0.1
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(ReadAsOf.class)
public final class MatrixOnePastAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static ReadAsOfPostProcessor matrixOneReadAsOfPostProcessor(ObjectProvider<PastOperations> past,
			ObjectProvider<ReactivePastOperations> reactivePast, Environment environment) {
		ReadAsOfPostProcessor postProcessor = new ReadAsOfPostProcessor(() -> require(past),
				() -> requireReactive(reactivePast));
		postProcessor
			.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
		return postProcessor;
	}

	private static PastOperations require(ObjectProvider<PastOperations> past) {
		PastOperations operations = past.getIfUnique();
		if (operations == null) {
			throw new IllegalStateException(
					"A method with @ReadAsOf was called, and there is no single bean of the type "
							+ "PastOperations: that is there where the application has one data source, or a primary one, and "
							+ "matrixone.enabled is not false. With several, make a PastTemplate of the one to read yourself");
		}
		return operations;
	}

	private static ReactivePastOperations requireReactive(ObjectProvider<ReactivePastOperations> past) {
		ReactivePastOperations operations = past.getIfUnique();
		if (operations == null) {
			throw new IllegalStateException(
					"A method with @ReadAsOf that returns a Mono or Flux was called, and there is no single bean of the "
							+ "type ReactivePastOperations: that is there where the application has one connection factory of "
							+ "R2DBC, or a primary one, and matrixone.enabled is not false. Where the method reads over JDBC, "
							+ "let it return what it has read");
		}
		return operations;
	}

}
