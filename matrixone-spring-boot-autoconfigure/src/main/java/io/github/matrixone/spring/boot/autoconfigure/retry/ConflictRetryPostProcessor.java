package io.github.matrixone.spring.boot.autoconfigure.retry;

import java.lang.reflect.Method;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor;
import org.springframework.resilience.annotation.Retryable;

import io.github.matrixone.spring.retry.ConflictRetryPredicate;

/**
 * Carries out what {@code @RetryOnConflict} asks for, and {@code @Retryable} with its
 * predicate. Other uses of {@code @Retryable} stay without effect, as long as nobody has
 * enabled them.
 */
final class ConflictRetryPostProcessor extends RetryAnnotationBeanPostProcessor {

	ConflictRetryPostProcessor() {
		Advisor all = this.advisor;
		if (all instanceof DefaultPointcutAdvisor advisor) {
			this.advisor = new DefaultPointcutAdvisor(
					new ComposablePointcut(advisor.getPointcut()).intersection(new OnConflict()), advisor.getAdvice());
		}
	}

	private static final class OnConflict extends StaticMethodMatcher {

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			Retryable retryable = AnnotatedElementUtils
				.findMergedAnnotation(AopUtils.getMostSpecificMethod(method, targetClass), Retryable.class);
			if (retryable == null) {
				retryable = AnnotatedElementUtils.findMergedAnnotation(targetClass, Retryable.class);
			}
			return retryable != null && ConflictRetryPredicate.class.isAssignableFrom(retryable.predicate());
		}

	}

}
