package io.github.matrixone.spring.command;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Logs commands, and warns of slow ones. Thread-safe.
 *
 * @since 0.1
 */
public final class CommandLog {

	private final Log logger;

	private volatile @Nullable Duration slowThreshold;

	/**
	 * Create a log.
	 * @param category the class whose name is the category
	 */
	public CommandLog(Class<?> category) {
		this.logger = LogFactory.getLog(category);
	}

	/**
	 * Set from when on a command is slow.
	 * @param slowThreshold the shortest duration of a slow command, or {@code null} for
	 * no warnings
	 */
	public void setSlowThreshold(@Nullable Duration slowThreshold) {
		this.slowThreshold = slowThreshold;
	}

	/**
	 * Log a command that was carried out, or has failed.
	 * @param command the command
	 * @param startNanos when it began, by {@link System#nanoTime()}
	 */
	public void log(Command command, long startNanos) {
		Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
		Duration slowThreshold = this.slowThreshold;
		if (slowThreshold != null && duration.compareTo(slowThreshold) >= 0) {
			this.logger.warn("Slow command, " + duration.toMillis() + " ms: " + command.statements().get(0).sql());
		}
		else if (this.logger.isDebugEnabled()) {
			this.logger.debug("Command, " + duration.toMillis() + " ms: " + command.statements().get(0).sql());
		}
	}

}
