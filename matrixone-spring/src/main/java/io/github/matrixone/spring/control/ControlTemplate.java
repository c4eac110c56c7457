package io.github.matrixone.spring.control;

import java.util.Objects;
import java.util.regex.Pattern;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.control.ControlCommand.Method;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.CommandExecutor;

/**
 * Central implementation of {@link ControlOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ControlTemplate implements ControlOperations {

	private static final Pattern OK = Pattern.compile("\"returnStr\"\\s*:\\s*\"OK\"");

	private final CommandExecutor executor;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public ControlTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public void flushTable(TableName table) {
		TableName qualified = this.executor.qualified(table);
		if (qualified.name().contains(".") || Objects.requireNonNull(qualified.database()).value().contains(".")) {
			throw new UnsupportedByServerException("Flushing " + qualified
					+ " is refused: the server takes the first dot " + "for the end of the database's name", null,
					null);
		}
		run(new ControlCommand(Method.FLUSH, qualified));
	}

	@Override
	public void checkpoint() {
		run(new ControlCommand(Method.CHECKPOINT, null));
	}

	@Override
	public void globalCheckpoint() {
		run(new ControlCommand(Method.GLOBAL_CHECKPOINT, null));
	}

	private void run(ControlCommand command) {
		String answer = this.executor.join(command);
		if (answer == null || !OK.matcher(answer).find()) {
			throw new DataAccessResourceFailureException(
					"The server has answered " + command.method() + " with something other than OK: " + answer);
		}
	}

}
