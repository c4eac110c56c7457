package io.github.matrixone.spring.r2dbc;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import io.github.matrixone.spring.transaction.StandIn;

/**
 * The database that a reactive flow works in instead of another one, which is in its
 * context.
 */
final class FlowPlace {

	private static final Object KEY = StandIn.class;

	private FlowPlace() {
	}

	static Context put(Context context, StandIn place) {
		return context.put(KEY, place);
	}

	static @Nullable StandIn get(ContextView context) {
		return context.<@Nullable StandIn>getOrDefault(KEY, null);
	}

	/**
	 * Refuse something that is not done in such a database.
	 * @param what what is refused
	 * @return completes if it is not refused
	 */
	static Mono<Void> requireNone(String what) {
		return Mono.deferContextual((context) -> {
			StandIn.requireNone(get(context), what);
			return Mono.empty();
		});
	}

}
