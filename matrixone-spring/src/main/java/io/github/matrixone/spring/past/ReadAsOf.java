package io.github.matrixone.spring.past;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method, or each method of a class, that reads the past, as if it was called within
 * {@link PastReads#execute}. Stands beside {@code @Transactional(readOnly = true)} on a
 * public method of a bean, and begins before it.
 *
 * <p>
 * What a method that returns a {@code Mono} or {@code Flux} reads over R2DBC as part of
 * it reads the past, as within {@link ReactivePastReads#execute}. What its body reads
 * before it returns, and what it reads over JDBC, is not part of that.
 *
 * @since 0.1
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ReadAsOf {

	/**
	 * The snapshot to read.
	 * @return the name of a snapshot, or empty if the point is {@link #ago}
	 */
	String snapshot() default "";

	/**
	 * How long ago the point lies, by the server's clock.
	 * @return a duration such as {@code 1h} or {@code PT1H}, or empty if the point is
	 * that of a {@link #snapshot}
	 */
	String ago() default "";

}
