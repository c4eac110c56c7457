package io.github.matrixone.spring.reactive;

import java.time.Duration;
import java.util.Objects;

import reactor.core.publisher.Mono;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.Rows;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.transaction.CommandSessions.CommandSession;

/**
 * A session whose user waits on a thread that may block.
 *
 * @param session the session
 */
record BlockingSession(Session session) implements CommandSession {

	@Override
	public Rows query(SqlText query) {
		return wait(this.session.query(query));
	}

	@Override
	public long update(SqlText statement, Duration timeout) {
		return wait(this.session.update(statement, timeout));
	}

	@Override
	public void execute(Command command) {
		this.session.execute(command).block();
	}

	private static <T> T wait(Mono<T> answer) {
		return Objects.requireNonNull(answer.block(), "There is always an answer");
	}

}
