package io.github.matrixone.spring.boot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * {@link Conditional} on a setting that must be true, as the same setting is bound to a
 * property of a bean: {@code yes}, {@code on} and {@code 1} are true as well, and what is
 * neither true nor false fails the start. What protects data must not be off because of a
 * spelling.
 *
 * @since 0.1
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnBooleanSettingCondition.class)
public @interface ConditionalOnBooleanSetting {

	/**
	 * Return the name of the setting.
	 * @return the name, with its prefix
	 */
	String value();

	/**
	 * Return whether the condition holds where there is no such setting.
	 * @return whether it is true by default
	 */
	boolean matchIfMissing() default false;

}
