package io.github.matrixone.spring.branch;

import java.util.List;

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

	void before(Action action, List<String> names) {
		publish(new BranchEvent(Phase.BEFORE, action, names, List.of()));
	}

	void after(Action action, List<String> names, List<MergeResult> results) {
		publish(new BranchEvent(Phase.AFTER, action, names, results));
	}

	/**
	 * Return why a transaction can only be rolled back after a listener has failed: its
	 * caller is told that the merge has.
	 */
	static String lost(Throwable failure) {
		return "A listener has failed after the merge, so that the transaction can only be rolled back: "
				+ failure.getMessage();
	}

	private void publish(BranchEvent event) {
		if (this.publisher != null) {
			this.publisher.publishEvent(event);
		}
	}

}
