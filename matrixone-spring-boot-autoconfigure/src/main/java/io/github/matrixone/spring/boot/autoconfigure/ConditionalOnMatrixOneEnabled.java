package io.github.matrixone.spring.boot.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * {@link ConditionalOnBooleanSetting} for the switch that turns the whole starter off.
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnBooleanSetting(value = "matrixone.enabled", matchIfMissing = true)
public @interface ConditionalOnMatrixOneEnabled {

}
