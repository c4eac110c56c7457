package io.github.matrixone.spring.boot.autoconfigure.retention;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;

import io.github.matrixone.spring.boot.autoconfigure.BackgroundTask;
import io.github.matrixone.spring.branch.BranchRetention;

/**
 * Deletes expired branches again and again, on a thread of its own. A server that cannot
 * be reached is no failure: the next run comes.
 */
final class BranchRetentionSchedule extends BackgroundTask {

	private static final Log logger = LogFactory.getLog(BranchRetentionSchedule.class);

	private final BranchRetention retention;

	private final Trigger trigger;

	BranchRetentionSchedule(BranchRetention retention, Trigger trigger) {
		super("matrixone-branch-retention-");
		this.retention = retention;
		this.trigger = trigger;
	}

	@Override
	protected void schedule(TaskScheduler scheduler) {
		scheduler.schedule(this::prune, this.trigger);
	}

	private void prune() {
		try {
			this.retention.prune();
		}
		catch (RuntimeException ex) {
			logger.warn("Expired branches were not deleted, until the next run: " + ex.getMessage());
			logger.debug("Expired branches were not deleted", ex);
		}
	}

}
