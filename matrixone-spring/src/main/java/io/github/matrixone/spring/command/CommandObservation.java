package io.github.matrixone.spring.command;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes the observation of a command.
 *
 * @since 0.1
 */
public final class CommandObservation {

	private static final CommandObservationConvention DEFAULT_CONVENTION = new DefaultCommandObservationConvention();

	private CommandObservation() {
	}

	/**
	 * Create the observation of a command, not yet started.
	 * @param convention names it, or {@code null} for the registry's convention or else
	 * {@link DefaultCommandObservationConvention}
	 * @param command the command
	 * @param registry where it goes
	 * @return the observation
	 */
	public static Observation of(@Nullable CommandObservationConvention convention, Command command,
			ObservationRegistry registry) {
		return Observation.createNotStarted(convention, DEFAULT_CONVENTION,
				() -> new CommandObservationContext(command), registry);
	}

}
