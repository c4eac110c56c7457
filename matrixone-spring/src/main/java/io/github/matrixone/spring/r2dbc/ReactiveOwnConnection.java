package io.github.matrixone.spring.r2dbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.springframework.dao.PessimisticLockingFailureException;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * What can be done on one connection outside a transaction.
 *
 * @param executor carries commands out
 * @param transaction sends statements
 */
record ReactiveOwnConnection(ReactiveCommandExecutor executor, R2dbcTransaction transaction) {

	Mono<Rows> query(SqlText query) {
		return inTurn(query.sql(), (transaction) -> transaction.execute(query));
	}

	Mono<Long> update(SqlText statement) {
		return update(statement, Duration.ZERO);
	}

	Mono<Long> update(SqlText statement, Duration timeout) {
		return inTurn(statement.sql(), (transaction) -> transaction.update(statement, timeout));
	}

	Mono<String> execute(Command command) {
		return this.transaction
			.inTurn((turn) -> this.executor.carryOut(this.transaction, turn, command, new AtomicBoolean()));
	}

	/**
	 * Carry a command out, unless it would wait for a lock for longer.
	 * @return whether it was carried out
	 */
	Mono<Boolean> execute(Command command, LockWait wait) {
		Mono<Boolean> done = execute(command).then(Mono.just(true))
			.onErrorResume(PessimisticLockingFailureException.class, (ex) -> Mono.just(false));
		return query(LockWait.query()).map(LockWait::read)
			.flatMap((before) -> Mono.usingWhen(execute(wait).thenReturn(before), (set) -> done, this::execute));
	}

	Mono<DatabaseName> currentDatabase() {
		return inTurn(PhysicalConnection.QUERY.sql(), R2dbcTransaction::currentDatabase);
	}

	private <T> Mono<T> inTurn(String sql, Function<R2dbcTransaction, Mono<T>> action) {
		return this.transaction.inTurn((turn) -> action.apply(this.transaction))
			.onErrorMap(SQLException.class, (ex) -> R2dbcErrors.translate(sql, ex));
	}

}
