package io.github.matrixone.spring.boot.autoconfigure.retention;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;

import io.github.matrixone.spring.boot.autoconfigure.BackgroundTask;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.snapshot.SnapshotRetention;

/**
 * Drops expired snapshots again and again, on a thread of its own. A server that cannot
 * be reached is no failure: the next run comes.
 */
final class RetentionSchedule extends BackgroundTask {

	private static final Log logger = LogFactory.getLog(RetentionSchedule.class);

	private final SnapshotRetention retention;

	private final Trigger trigger;

	RetentionSchedule(SnapshotRetention retention, Trigger trigger) {
		super("matrixone-retention-");
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
		catch (MissingPrivilegeException ex) {
			logger.error("Expired snapshots are not dropped. Remove matrixone.retention.schedule, or connect as the "
					+ "administrator of the account", ex);
		}
		catch (RuntimeException ex) {
			logger.warn("Expired snapshots were not dropped, until the next run: " + ex.getMessage());
			logger.debug("Expired snapshots were not dropped", ex);
		}
	}

}
