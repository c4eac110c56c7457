package io.github.matrixone.spring.command;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Names the observation of a command: {@code matrixone.command}, with the command's kind
 * as the low-cardinality key {@code command} and its statement as the high-cardinality
 * key {@code db.query.text}. Statements of commands hold names, never passwords or rows.
 *
 * @since 0.1
 */
public final class CommandObservation {

	private CommandObservation() {
	}

	/**
	 * Create the observation of a command, not yet started.
	 * @param command the command
	 * @param registry where it goes
	 * @return the observation
	 */
	public static Observation of(Command command, ObservationRegistry registry) {
		return Observation.createNotStarted("matrixone.command", registry)
			.contextualName("matrixone " + command.getClass().getSimpleName())
			.lowCardinalityKeyValue("command", command.getClass().getSimpleName())
			.highCardinalityKeyValue("db.query.text", command.statements().get(0).sql());
	}

}
