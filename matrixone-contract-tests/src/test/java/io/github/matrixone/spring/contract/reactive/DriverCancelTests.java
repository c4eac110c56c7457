package io.github.matrixone.spring.contract.reactive;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of statements that nobody waits for any more.
 */
@EnabledIfServer
class DriverCancelTests extends DriverContract {

	private static final String SLEEP = "SELECT sleep(4)";

	private static final String LOCKED = "UPDATE item SET n = n + 10 WHERE id = 2";

	@Test
	void aConnectionThatIsCutKeepsItsLocksUntilItsStatementEnds() throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		java.sql.Connection cut = DriverManager.getConnection(server.url() + "contract_reactive_driver",
				server.username(), server.password());
		Connection holder = connectAndLock(2);
		try (Statement statement = cut.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("UPDATE item SET n = 1 WHERE id = 1");
			CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
				try {
					statement.execute(LOCKED);
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			assertThat(waiting).failsWithin(Duration.ofMillis(500)).withThrowableOfType(TimeoutException.class);
			cut.abort(Runnable::run);
			assertThat(waiting).failsWithin(SOON);
		}
		assertThat(isLocked(1)).isTrue();
		block(holder.rollbackTransaction());
		await().atMost(SOON).until(() -> !isLocked(1));
		assertThat(n(1)).isZero();
		assertThat(n(2)).isZero();
	}

	@Test
	void closeWaitsForTheStatement() {
		Connection holder = connectAndLock(2);
		Connection connection = connectAndLock(1);
		CompletableFuture<Long> statement = update(connection, LOCKED).toFuture();
		CompletableFuture<Void> closed = Mono.from(connection.close()).toFuture();
		assertThat(closed).failsWithin(Duration.ofSeconds(2)).withThrowableOfType(TimeoutException.class);
		assertThat(isLocked(1)).isTrue();
		block(holder.rollbackTransaction());
		assertThat(statement).succeedsWithin(SOON);
		assertThat(closed).succeedsWithin(SOON);
		assertThat(isLocked(1)).isFalse();
		assertThat(n(1)).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { SLEEP, LOCKED })
	void killQueryEndsTheStatementAndLeavesTheTransactionWhole(String sql) {
		connectAndLock(2);
		Connection connection = connectAndLock(1);
		CompletableFuture<List<Object>> statement = query(connection, sql).toFuture();
		awaitSent(connection, sql);
		kill("KILL QUERY", connection);
		assertThat(statement).failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(R2dbcNonTransientResourceException.class, (ex) -> {
				assertThat(ex.getErrorCode()).isEqualTo(1105);
				assertThat(ex).hasMessage("context canceled");
			});
		assertThat(block(query(connection, "SELECT n FROM item WHERE id = 1"))).containsExactly(1);
		assertThat(isLocked(1)).isTrue();
		block(connection.rollbackTransaction());
		assertThat(n(1)).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { SLEEP, LOCKED })
	void killEndsTheStatementAndFreesTheLocksAtOnce(String sql) {
		connectAndLock(2);
		Connection connection = connectAndLock(1);
		CompletableFuture<List<Object>> statement = query(connection, sql).toFuture();
		awaitSent(connection, sql);
		kill("KILL", connection);
		assertThat(statement).failsWithin(Duration.ofSeconds(1));
		assertThat(isLocked(1)).isFalse();
		assertThat(n(1)).isZero();
		assertThatExceptionOfType(R2dbcNonTransientResourceException.class)
			.isThrownBy(() -> block(connection.rollbackTransaction()))
			.returns(0, R2dbcException::getErrorCode)
			.returns(null, R2dbcException::getSqlState)
			.withMessageContaining("closed");
	}

	@Test
	void aCancelledStatementIsCarriedOut() {
		Connection holder = connectAndLock(2);
		Connection connection = connectAndLock(1);
		Disposable statement = update(connection, LOCKED).subscribe();
		awaitSent(connection, LOCKED);
		statement.dispose();
		CompletableFuture<Void> committed = Mono.from(connection.commitTransaction()).toFuture();
		assertThat(committed).failsWithin(Duration.ofSeconds(1)).withThrowableOfType(TimeoutException.class);
		block(holder.rollbackTransaction());
		assertThat(committed).succeedsWithin(SOON);
		assertThat(n(1)).isOne();
		assertThat(n(2)).isEqualTo(10);
	}

	@Test
	void aRollbackWaitsForACancelledStatement() {
		Connection holder = connectAndLock(2);
		Connection connection = connectAndLock(1);
		Disposable statement = update(connection, LOCKED).subscribe();
		awaitSent(connection, LOCKED);
		statement.dispose();
		CompletableFuture<Void> rolledBack = Mono.from(connection.rollbackTransaction()).toFuture();
		assertThat(rolledBack).failsWithin(Duration.ofSeconds(1)).withThrowableOfType(TimeoutException.class);
		block(holder.rollbackTransaction());
		assertThat(rolledBack).succeedsWithin(SOON);
		assertThat(n(1)).isZero();
		assertThat(n(2)).isZero();
	}

	@Test
	void aStatementThatIsCancelledBeforeItsTurnIsNotSent() {
		Connection holder = connectAndLock(2);
		Connection connection = connect();
		CompletableFuture<Long> first = update(connection, LOCKED).toFuture();
		awaitSent(connection, LOCKED);
		update(connection, "UPDATE item SET n = 10 WHERE id = 3").subscribe().dispose();
		block(holder.rollbackTransaction());
		assertThat(first).succeedsWithin(SOON);
		assertThat(block(query(connection, "SELECT n FROM item WHERE id = 3"))).containsExactly(0);
	}

	@Test
	void manyRowsThatNobodyReadsHoldTheConnectionForEver() {
		Connection connection = connect();
		block(connection.createStatement("SELECT result FROM generate_series(1, 1000) g").execute());
		assertThat(query(connection, "SELECT 42").toFuture()).failsWithin(Duration.ofSeconds(2))
			.withThrowableOfType(TimeoutException.class);
	}

	@Test
	void anErrorIsLostWhereNobodyReadsTheResult() {
		Connection connection = connect();
		block(Flux.from(connection.createStatement("INSERT INTO item VALUES (1, 1)").execute()).then());
		assertThatExceptionOfType(R2dbcException.class)
			.isThrownBy(() -> block(update(connection, "INSERT INTO item VALUES (1, 1)")));
	}

}
