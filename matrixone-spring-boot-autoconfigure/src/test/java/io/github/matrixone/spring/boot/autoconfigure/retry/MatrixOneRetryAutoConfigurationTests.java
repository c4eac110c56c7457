package io.github.matrixone.spring.boot.autoconfigure.retry;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor;
import org.springframework.resilience.annotation.Retryable;

import io.github.matrixone.spring.retry.ConflictRetryPredicate;
import io.github.matrixone.spring.retry.RetryOnConflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class MatrixOneRetryAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MatrixOneRetryAutoConfiguration.class))
		.withBean(ServiceImpl.class);

	@Test
	void retriesAlsoWhereNobodyHasEnabledResilientMethods() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(RetryAnnotationBeanPostProcessor.class);
			assertThat(context.getBean(ServiceImpl.class).failOnce()).isEqualTo(2);
		});
	}

	@Test
	void leavesOtherUsesOfRetryableWithoutEffectUnlessTheyAreEnabled() {
		this.runner.withBean(Other.class).run((context) -> {
			assertThat(context.getBean(Other.class).getClass()).isSameAs(Other.class);
			assertThatIllegalStateException().isThrownBy(context.getBean(Other.class)::failOnce);
		});
		this.runner.withBean(Other.class)
			.withUserConfiguration(Enabled.class)
			.run((context) -> assertThat(context.getBean(Other.class).failOnce()).isEqualTo(2));
		this.runner.withBean(WithPredicate.class)
			.run((context) -> assertThat(context.getBean(WithPredicate.class).failOnce()).isEqualTo(2));
	}

	@Test
	void leavesItToTheUserWhoHasEnabledThem() {
		this.runner.withUserConfiguration(Enabled.class).run((context) -> {
			assertThat(context).hasSingleBean(RetryAnnotationBeanPostProcessor.class)
				.doesNotHaveBean("matrixOneRetryAnnotationBeanPostProcessor");
			assertThat(context.getBean(ServiceImpl.class).failOnce()).isEqualTo(2);
		});
	}

	@Test
	void retriesInAContextWhoseParentDoesToo() {
		this.runner.run((parent) -> this.runner.withParent(parent)
			.run((context) -> assertThat(context.getBean(ServiceImpl.class).failOnce()).isEqualTo(2)));
	}

	@Test
	void canBeSwitchedOff() {
		for (String property : new String[] { "matrixone.retry.enabled=false", "matrixone.enabled=false" }) {
			this.runner.withPropertyValues(property).run((context) -> {
				assertThat(context).doesNotHaveBean(RetryAnnotationBeanPostProcessor.class);
				assertThatExceptionOfType(CannotAcquireLockException.class)
					.isThrownBy(context.getBean(ServiceImpl.class)::failOnce);
			});
		}
	}

	@Test
	void doesNothingWithoutTheLibrary() {
		this.runner.withClassLoader(new FilteredClassLoader(RetryOnConflict.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RetryAnnotationBeanPostProcessor.class));
	}

	interface Service {

		int failOnce();

	}

	static class ServiceImpl implements Service {

		private int attempts;

		@Override
		@RetryOnConflict(delay = 1, jitter = 0)
		public int failOnce() {
			if (++this.attempts == 1) {
				throw new CannotAcquireLockException("deadlock");
			}
			return this.attempts;
		}

	}

	static class Other {

		private int attempts;

		@Retryable(delay = 1)
		int failOnce() {
			if (++this.attempts == 1) {
				throw new IllegalStateException("for once");
			}
			return this.attempts;
		}

	}

	static class WithPredicate {

		private int attempts;

		@Retryable(predicate = ConflictRetryPredicate.class, delay = 1)
		int failOnce() {
			if (++this.attempts == 1) {
				throw new CannotAcquireLockException("deadlock");
			}
			return this.attempts;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Enabled {

	}

}
