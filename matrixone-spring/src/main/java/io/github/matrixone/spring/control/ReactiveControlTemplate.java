package io.github.matrixone.spring.control;

import java.util.Optional;

import org.springframework.util.Assert;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.control.ControlCommand.Method;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.TableName;

/**
 * Central implementation of {@link ReactiveControlOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ReactiveControlTemplate implements ReactiveControlOperations {

	private final ReactiveCommandExecutor executor;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public ReactiveControlTemplate(ReactiveCommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public Mono<Void> flushTable(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return this.executor.qualified(table)
			.flatMap((qualified) -> run(ControlCommand.flush(qualified)))
			.onErrorStop();
	}

	@Override
	public Mono<Void> checkpoint() {
		return run(new ControlCommand(Method.CHECKPOINT, null));
	}

	@Override
	public Mono<Void> globalCheckpoint() {
		return run(new ControlCommand(Method.GLOBAL_CHECKPOINT, null));
	}

	private Mono<Void> run(ControlCommand command) {
		return this.executor.join(command)
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.doOnNext((answer) -> command.requireOk(answer.orElse(null)))
			.then()
			.onErrorStop();
	}

}
