package io.github.matrixone.spring.boot.autoconfigure.journal;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.journal.JournalRecovery;

/**
 * Runs the recovery when the application has started, and from then on again and again,
 * on a thread of its own. A server that cannot be reached is no failure: the next run
 * comes.
 */
final class JournalRecoverySchedule implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(JournalRecoverySchedule.class);

	private final JournalRecovery recovery;

	private final Duration interval;

	private @Nullable ThreadPoolTaskScheduler scheduler;

	JournalRecoverySchedule(JournalRecovery recovery, Duration interval) {
		this.recovery = recovery;
		this.interval = interval;
	}

	@Override
	public synchronized void start() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setDaemon(true);
		scheduler.setThreadNamePrefix("matrixone-journal-");
		scheduler.initialize();
		scheduler.scheduleWithFixedDelay(this::recover, this.interval);
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

	private void recover() {
		try {
			this.recovery.recover();
		}
		catch (BadSqlGrammarException | TableNotFoundException ex) {
			logger.error("The journal's table cannot be used. Let it be created with "
					+ "matrixone.journal.initialize-schema=always, or create it with the script of "
					+ "the documentation", ex);
		}
		catch (RuntimeException ex) {
			logger
				.warn("The journal could not be read, and is read again in " + this.interval + ": " + ex.getMessage());
			logger.debug("The journal could not be read", ex);
		}
	}

}
