package io.github.matrixone.spring.retry;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.resilience.annotation.Retryable;

/**
 * {@link Retryable @Retryable} for methods that are a whole transaction: a conflict with
 * another transaction rolls this one back, and the method is called again in a new one.
 * To be put where the transaction begins, beside {@code @Transactional}, in either order,
 * on a method or a class. What is retried is told by {@link ConflictRetryPredicate}.
 * <p>
 * For values from properties use {@code @Retryable} itself, with {@code maxRetriesString}
 * and the like and {@link ConflictRetryPredicate} as the predicate.
 *
 * @since 0.1
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Retryable
public @interface RetryOnConflict {

	/**
	 * Which errors to retry: {@link IdempotentRetryPredicate} also retries where it is
	 * unknown whether the transaction was committed.
	 * @return the predicate
	 */
	@AliasFor(annotation = Retryable.class, attribute = "predicate")
	Class<? extends ConflictRetryPredicate> predicate() default ConflictRetryPredicate.class;

	/**
	 * Maximum number of attempts after the first.
	 * @return the number of retries
	 */
	@AliasFor(annotation = Retryable.class, attribute = "maxRetries")
	long maxRetries() default 5;

	/**
	 * Pause before the first retry, in milliseconds.
	 * @return the pause
	 */
	@AliasFor(annotation = Retryable.class, attribute = "delay")
	long delay() default 100;

	/**
	 * Random part of the first pause, in milliseconds, by which transactions that have
	 * met once do not meet again.
	 * @return the random part
	 */
	@AliasFor(annotation = Retryable.class, attribute = "jitter")
	long jitter() default 100;

	/**
	 * Factor from one pause to the next.
	 * @return the factor
	 */
	@AliasFor(annotation = Retryable.class, attribute = "multiplier")
	double multiplier() default 2;

	/**
	 * Longest pause, in milliseconds.
	 * @return the pause
	 */
	@AliasFor(annotation = Retryable.class, attribute = "maxDelay")
	long maxDelay() default 2000;

}
