package io.github.matrixone.spring.command;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * {@link ObservationConvention} for commands: extend
 * {@link DefaultCommandObservationConvention} and make it a bean to name and key their
 * observations otherwise.
 *
 * @since 0.1
 */
public interface CommandObservationConvention extends ObservationConvention<CommandObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof CommandObservationContext;
	}

}
