package io.github.matrixone.spring.boot.autoconfigure.migration;

import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * A callback that is never called.
 */
class NoCallback implements Callback {

	@Override
	public boolean supports(Event event, Context context) {
		return false;
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return true;
	}

	@Override
	public void handle(Event event, Context context) {
		throw new IllegalStateException("It supports no event");
	}

	@Override
	public String getCallbackName() {
		return "none";
	}

}
