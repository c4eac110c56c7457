package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.List;

import io.r2dbc.spi.R2dbcException;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Which connections a session uses whose user waits.
 */
class BlockingOwnConnectionTests {

	private static final SqlText STATEMENT = SqlText.of("UPDATE journal SET a = 1");

	private static final SqlText NEXT = SqlText.of("UPDATE journal SET a = 2");

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(
			new MatrixOneConnectionFactory(this.driver));

	@Test
	void goesOnWithAnotherConnectionWhereTheFirstHasFailed() {
		this.driver.failures.put(STATEMENT.sql(), new ServerException("unclassified", 1105));
		this.executor.onOwnConnection((session) -> {
			assertThatException().isThrownBy(() -> session.update(STATEMENT, Duration.ZERO));
			assertThat(session.update(NEXT, Duration.ZERO)).isOne();
			session.query(SqlText.of("SELECT 1"));
			session.execute(new Next());
		});
		assertThat(this.driver.opened).isEqualTo(2);
		assertThat(this.driver.sent).containsExactly(STATEMENT.sql(), NEXT.sql(), "SELECT 1", NEXT.sql());
	}

	@Test
	void keepsAConnectionOnWhichAStatementWasRefused() {
		this.driver.failures.put(STATEMENT.sql(), new ServerException("no such table", 1146));
		this.executor.onOwnConnection((session) -> {
			assertThatException().isThrownBy(() -> session.update(STATEMENT, Duration.ZERO));
			assertThat(session.update(NEXT, Duration.ZERO)).isOne();
		});
		assertThat(this.driver.opened).isOne();
		assertThat(this.driver.closed).isOne();
	}

	/**
	 * A command.
	 */
	private record Next() implements Command {

		@Override
		public List<SqlText> statements() {
			return List.of(NEXT);
		}

	}

	/**
	 * An error of the server.
	 */
	private static final class ServerException extends R2dbcException {

		private static final long serialVersionUID = 1L;

		private ServerException(String message, int code) {
			super(message, "HY000", code);
		}

	}

}
