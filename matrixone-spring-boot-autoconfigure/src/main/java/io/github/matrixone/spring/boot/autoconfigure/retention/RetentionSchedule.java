package io.github.matrixone.spring.boot.autoconfigure.retention;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.snapshot.SnapshotRetention;

/**
 * Drops expired snapshots again and again, on a thread of its own. A server that cannot
 * be reached is no failure: the next run comes.
 */
final class RetentionSchedule implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RetentionSchedule.class);

	private final SnapshotRetention retention;

	private final Trigger trigger;

	private @Nullable ThreadPoolTaskScheduler scheduler;

	RetentionSchedule(SnapshotRetention retention, Trigger trigger) {
		this.retention = retention;
		this.trigger = trigger;
	}

	@Override
	public synchronized void start() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setDaemon(true);
		scheduler.setThreadNamePrefix("matrixone-retention-");
		scheduler.initialize();
		scheduler.schedule(this::prune, this.trigger);
		this.scheduler = scheduler;
	}

	@Override
	public synchronized void stop() {
		if (this.scheduler != null) {
			this.scheduler.destroy();
			this.scheduler = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.scheduler != null;
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
