package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.Objects;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.transaction.OwnConnections.OwnConnection;

/**
 * A session whose user waits on a thread that may block. The connection is taken when it
 * is first needed, and another one where it has failed, or after a statement that was
 * ended: the server's answers on the first may then be out of step.
 */
final class BlockingOwnConnection implements OwnConnection, AutoCloseable {

	private static final Log logger = LogFactory.getLog(BlockingOwnConnection.class);

	private final ReactiveCommandExecutor executor;

	private final MatrixOneConnectionFactory server;

	private @Nullable Connection connection;

	BlockingOwnConnection(ReactiveCommandExecutor executor, MatrixOneConnectionFactory server) {
		this.executor = executor;
		this.server = server;
	}

	@Override
	public Rows query(SqlText query) {
		return wait(session().query(query));
	}

	@Override
	public long update(SqlText statement, Duration timeout) {
		try {
			return wait(session().update(statement, timeout));
		}
		catch (QueryTimeoutException ex) {
			close();
			throw ex;
		}
	}

	@Override
	public void execute(Command command) {
		session().execute(command).block();
	}

	@Override
	public void close() {
		Connection connection = this.connection;
		this.connection = null;
		if (connection != null) {
			Mono.from(connection.close()).onErrorResume((ex) -> {
				logger.debug("A connection could not be closed", ex);
				return Mono.empty();
			}).block();
		}
	}

	private ReactiveOwnConnection session() {
		Connection connection = this.connection;
		if (connection != null && !wait(Mono.from(connection.validate(ValidationDepth.LOCAL)))) {
			close();
			connection = null;
		}
		if (connection == null) {
			connection = wait(this.executor.ownConnection(this.server));
			this.connection = connection;
		}
		return new ReactiveOwnConnection(this.executor, this.executor.transaction(connection));
	}

	private static <T> T wait(Mono<T> answer) {
		return Objects.requireNonNull(answer.block(), "There is always an answer");
	}

}
