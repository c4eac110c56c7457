package io.github.matrixone.spring.chaos;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * What the starter's log says of snapshots that it could not drop, or of which it does
 * not know whether to.
 */
final class LeftBehind extends AppenderBase<ILoggingEvent> {

	static final String LOGGER = "io.github.matrixone.spring.transaction";

	private static final LeftBehind INSTANCE = new LeftBehind();

	private final Collection<String> messages = new ConcurrentLinkedQueue<>();

	private LeftBehind() {
		start();
	}

	/**
	 * Listen to the log. Each application that starts sets the log up anew.
	 */
	static LeftBehind listen() {
		Logger logger = (Logger) LoggerFactory.getLogger(LOGGER);
		logger.setAdditive(false);
		logger.addAppender(INSTANCE);
		return INSTANCE;
	}

	/**
	 * Return whether a snapshot was named.
	 */
	boolean names(String snapshot) {
		return this.messages.stream().anyMatch((message) -> message.matches("(?s).*\\b" + snapshot + "\\b.*"));
	}

	List<String> messages() {
		return List.copyOf(this.messages);
	}

	@Override
	protected void append(ILoggingEvent event) {
		this.messages.add(event.getFormattedMessage());
	}

}
