package io.github.matrixone.spring.branch;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.branch.BranchEvent.Phase;

/**
 * Tells listeners what is done with branches, if there is somebody to tell them.
 */
final class BranchEvents {

	private static final Log logger = LogFactory.getLog(BranchEvents.class);

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
	 * Tell listeners of what was done after a commit: that one of them fails does not
	 * mean that it was not done.
	 */
	void afterCommit(Action action, List<String> names) {
		try {
			after(action, names, List.of());
		}
		catch (RuntimeException ex) {
			logger.error("A listener has failed after the commit, when this was done: " + action + " of " + names, ex);
		}
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
