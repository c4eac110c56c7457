package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.branch.BranchEvent.Phase;

/**
 * Tells listeners what is done with branches, if there is somebody to tell them.
 */
final class BranchEvents {

	private final @Nullable ApplicationEventPublisher publisher;

	BranchEvents(@Nullable ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	/**
	 * Do something between the two events.
	 */
	<T> T around(Action action, List<String> names, Supplier<T> work, Function<T, List<MergeResult>> results) {
		before(action, names);
		T result = work.get();
		after(action, names, results.apply(result));
		return result;
	}

	void before(Action action, List<String> names) {
		publish(new BranchEvent(Phase.BEFORE, action, names, List.of()));
	}

	void after(Action action, List<String> names, List<MergeResult> results) {
		publish(new BranchEvent(Phase.AFTER, action, names, results));
	}

	private void publish(BranchEvent event) {
		if (this.publisher != null) {
			this.publisher.publishEvent(event);
		}
	}

}
