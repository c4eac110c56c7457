package io.github.matrixone.spring.command;

import io.micrometer.observation.Observation;

/**
 * {@link Observation.Context} of a command.
 *
 * @since 0.1
 */
public class CommandObservationContext extends Observation.Context {

	private final Command command;

	/**
	 * Create a context.
	 * @param command what is observed
	 */
	public CommandObservationContext(Command command) {
		this.command = command;
	}

	/**
	 * Return what is observed.
	 * @return the command
	 */
	public Command getCommand() {
		return this.command;
	}

}
