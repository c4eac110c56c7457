package io.github.matrixone.spring.boot.autoconfigure.journal;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.scheduling.TaskScheduler;

import io.github.matrixone.spring.boot.autoconfigure.BackgroundTask;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.journal.JournalRecovery;

/**
 * Runs the recovery when the application has started, and from then on again and again,
 * on a thread of its own. A server that cannot be reached is no failure: the next run
 * comes.
 */
final class JournalRecoverySchedule extends BackgroundTask {

	private static final Log logger = LogFactory.getLog(JournalRecoverySchedule.class);

	private final JournalRecovery recovery;

	private final Duration interval;

	JournalRecoverySchedule(JournalRecovery recovery, Duration interval) {
		super("matrixone-journal-");
		this.recovery = recovery;
		this.interval = interval;
	}

	@Override
	protected void schedule(TaskScheduler scheduler) {
		scheduler.scheduleWithFixedDelay(this::recover, this.interval);
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
