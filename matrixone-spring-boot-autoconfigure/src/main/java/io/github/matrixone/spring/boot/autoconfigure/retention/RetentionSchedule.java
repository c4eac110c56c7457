package io.github.matrixone.spring.boot.autoconfigure.retention;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;

import io.github.matrixone.spring.boot.autoconfigure.BackgroundTask;
import io.github.matrixone.spring.dao.MissingPrivilegeException;

/**
 * Removes what has expired again and again, on a thread of its own. A server that cannot
 * be reached is no failure: the next run comes.
 */
final class RetentionSchedule extends BackgroundTask {

	private static final Log logger = LogFactory.getLog(RetentionSchedule.class);

	private final String what;

	private final String property;

	private final Runnable prune;

	private final Trigger trigger;

	/**
	 * Create a schedule.
	 * @param what what expires, in the plural
	 * @param property the property that switches the schedule on
	 * @param prune removes what has expired
	 * @param trigger says when
	 */
	RetentionSchedule(String what, String property, Runnable prune, Trigger trigger) {
		super("matrixone-" + what + '-');
		this.what = what;
		this.property = property;
		this.prune = prune;
		this.trigger = trigger;
	}

	@Override
	protected void schedule(TaskScheduler scheduler) {
		scheduler.schedule(this::prune, this.trigger);
	}

	private void prune() {
		try {
			this.prune.run();
		}
		catch (MissingPrivilegeException ex) {
			logger.error("Expired " + this.what + " are not removed. Clear " + this.property
					+ ", or connect as the administrator of the account", ex);
		}
		catch (RuntimeException ex) {
			logger.warn("Expired " + this.what + " were not removed, until the next run: " + ex.getMessage());
			logger.debug("Expired " + this.what + " were not removed", ex);
		}
	}

}
