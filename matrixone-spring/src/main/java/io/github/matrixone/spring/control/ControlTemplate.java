package io.github.matrixone.spring.control;

import org.springframework.util.Assert;

import io.github.matrixone.spring.control.ControlCommand.Method;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.sql.TableName;

/**
 * Central implementation of {@link ControlOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ControlTemplate implements ControlOperations {

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
		Assert.notNull(table, "The table must not be null");
		run(ControlCommand.flush(this.executor.qualified(table)));
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
		command.requireOk(this.executor.join(command));
	}

}
