package io.github.matrixone.spring.command;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * {@link CommandObservationConvention} with the name {@code matrixone.command}, the kind
 * of the command as the low-cardinality key {@code command}, and its statement as the
 * high-cardinality key {@code db.query.text}. Statements of commands hold names, never
 * passwords or rows.
 *
 * @since 0.1
 */
public class DefaultCommandObservationConvention implements CommandObservationConvention {

	@Override
	public String getName() {
		return "matrixone.command";
	}

	@Override
	public String getContextualName(CommandObservationContext context) {
		return "matrixone " + kind(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(CommandObservationContext context) {
		return KeyValues.of(KeyValue.of("command", kind(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(CommandObservationContext context) {
		return KeyValues.of(KeyValue.of("db.query.text", context.getCommand().statements().get(0).sql()));
	}

	private static String kind(CommandObservationContext context) {
		return context.getCommand().getClass().getSimpleName();
	}

}
