package io.github.matrixone.spring.contract.reactive;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What sessions and transactions of the plain {@code r2dbc-mysql} do on a MatrixOne.
 */
@EnabledIfServer
class DriverFactsTests extends DriverContract {

	private static final String SHORT_LOCK_WAITS = "sessionVariables=lock_wait_timeout=1";

	@Test
	void startsInTheDatabaseOfTheUrlAndCommitsByItself() {
		Connection connection = connect();
		assertThat(connection.isAutoCommit()).isTrue();
		assertThat(block(query(connection, "SELECT DATABASE()"))).containsExactly("contract_reactive_driver");
		assertThat(block(update(connection, "UPDATE item SET n = 1 WHERE id = 1"))).isOne();
		assertThat(n(1)).isOne();
	}

	@Test
	void endsATransactionThatAStatementHasBegun() {
		Connection connection = connect();
		block(update(connection, "BEGIN"));
		block(update(connection, "UPDATE item SET n = 1 WHERE id = 1"));
		block(connection.rollbackTransaction());
		assertThat(n(1)).isZero();
		block(update(connection, "BEGIN"));
		block(update(connection, "UPDATE item SET n = 1 WHERE id = 1"));
		block(query(connection, "SELECT n FROM item"));
		assertThat(n(1)).isZero();
		block(connection.commitTransaction());
		assertThat(n(1)).isOne();
	}

	@Test
	void aClonedTableIsRolledBack() {
		Connection connection = connect();
		block(connection.beginTransaction());
		block(update(connection, "INSERT INTO item VALUES (4, 4)"));
		block(update(connection, "CREATE TABLE copy CLONE item"));
		assertThat(block(query(connection, "SELECT id FROM copy ORDER BY id"))).containsExactly(1, 2, 3, 4);
		block(connection.rollbackTransaction());
		assertThat(block(query(connection, "SHOW TABLES"))).containsExactly("item");
	}

	@Test
	void anErrorLeavesTheTransactionWhole() {
		Connection connection = connectAndLock(1);
		assertThatExceptionOfType(R2dbcException.class)
			.isThrownBy(() -> block(update(connection, "INSERT INTO item VALUES (1, 1)")));
		block(connection.rollbackTransaction());
		assertThat(n(1)).isZero();
	}

	@Test
	void theCommitOfALostTransactionSucceeds() {
		Connection connection = connectAndLoseTheTransaction();
		block(connection.commitTransaction());
		assertThat(n(1)).isZero();
	}

	@Test
	void aStatementAfterTheLossOfTheTransactionIsCommittedByItself() {
		Connection connection = connectAndLoseTheTransaction();
		block(update(connection, "UPDATE item SET n = 5 WHERE id = 3"));
		block(connection.rollbackTransaction());
		assertThat(n(3)).isEqualTo(5);
	}

	@Test
	void doesNotBeginAgainAfterTheLossOfTheTransaction() {
		Connection connection = connectAndLoseTheTransaction();
		block(connection.beginTransaction());
		block(update(connection, "UPDATE item SET n = 5 WHERE id = 3"));
		block(connection.rollbackTransaction());
		assertThat(n(3)).isEqualTo(5);
	}

	@Test
	void beginsAgainAfterTheRollbackOfALostTransaction() {
		Connection connection = connectAndLoseTheTransaction();
		block(connection.rollbackTransaction());
		block(connection.beginTransaction());
		block(update(connection, "UPDATE item SET n = 5 WHERE id = 3"));
		block(connection.rollbackTransaction());
		assertThat(n(3)).isZero();
	}

	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	@FaultOfServer("REPEATABLE READ and SERIALIZABLE are accepted, and are READ COMMITTED")
	void readsCommittedRowsWhateverIsolationIsAskedFor(int level) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setIsolationLevel(level);
		Connection connection = connect();
		List<Object> read = block(query(connection, "SELECT n FROM item WHERE id = 1")
			.then(update(connect(), "UPDATE item SET n = 7 WHERE id = 1"))
			.then(query(connection, "SELECT n FROM item WHERE id = 1"))
			.as(operator(connection, definition)::transactional));
		assertThat(read).containsExactly(7);
	}

	@Test
	void aReadOnlyTransactionWrites() {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setReadOnly(true);
		Connection connection = connect();
		block(update(connection, "UPDATE item SET n = 1 WHERE id = 1")
			.as(operator(connection, definition)::transactional));
		assertThat(n(1)).isOne();
	}

	@Test
	void theTimeoutOfATransactionIsIgnored() {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setTimeout(1);
		Connection holder = connectAndLock(1);
		Connection connection = connect();
		Mono<Long> waiting = update(connection, "UPDATE item SET n = n + 10 WHERE id = 1")
			.as(operator(connection, definition)::transactional);
		CompletableFuture<Long> outcome = waiting.toFuture();
		assertThat(outcome).failsWithin(Duration.ofSeconds(3)).withThrowableOfType(TimeoutException.class);
		block(holder.commitTransaction());
		assertThat(outcome).succeedsWithin(SOON);
		assertThat(n(1)).isEqualTo(11);
	}

	@Test
	@FaultOfServer("the time limit of a statement is ignored over R2DBC")
	void aStatementTimeoutIsIgnored() {
		Connection connection = connect();
		block(connection.setStatementTimeout(Duration.ofSeconds(1)));
		assertThat(block(query(connection, "SELECT sleep(2)"))).hasToString("[0]");
	}

	@Test
	void aLockWaitTimeoutOfTheDriverIsIgnoredAndThatOfTheServerIsNot() {
		connectAndLock(1);
		Connection ignoring = connect("lockWaitTimeout=PT1S");
		assertThat(update(ignoring, "UPDATE item SET n = 1 WHERE id = 1").toFuture()).failsWithin(Duration.ofSeconds(3))
			.withThrowableOfType(TimeoutException.class);
		Connection waiting = connect(SHORT_LOCK_WAITS);
		assertThatExceptionOfType(R2dbcTimeoutException.class)
			.isThrownBy(() -> block(update(waiting, "UPDATE item SET n = 1 WHERE id = 1")))
			.returns(1205, R2dbcException::getErrorCode);
	}

	@ParameterizedTest
	@ValueSource(strings = { "USE mo_catalog => SELECT DATABASE() => mo_catalog",
			"SET autocommit = 0 => SELECT @@autocommit => 0",
			"SET lock_wait_timeout = 7 => SELECT @@lock_wait_timeout => 7", "SET @a = 7 => SELECT @a => 7",
			"CREATE TEMPORARY TABLE scratch (id INT) => SELECT count(*) FROM scratch => 0" })
	void aPoolHandsTheSessionOnAsItIs(String sample) {
		String[] parts = sample.split(" => ");
		ConnectionPool pool = poolOfOne();
		block(Mono.usingWhen(pool.create(), (connection) -> update(connection, parts[0]), Connection::close));
		assertThat(borrowAndQuery(pool, parts[1])).singleElement().hasToString(parts[2]);
		pool.dispose();
	}

	@Test
	void aPoolRollsTheTransactionBack() {
		ConnectionPool pool = poolOfOne();
		block(Mono.usingWhen(pool.create(), (connection) -> update(connection, "BEGIN")
			.then(update(connection, "UPDATE item SET n = 1 WHERE id = 1")), Connection::close));
		assertThat(borrowAndQuery(pool, "SELECT n FROM item WHERE id = 1")).containsExactly(0);
		assertThat(isLocked(1)).isFalse();
		pool.dispose();
	}

	@Test
	void returnsTheLastKeyOnlyOfAnInsertOfSeveralRows() {
		Connection connection = connect();
		assertThat(generatedKeys(connection, "INSERT INTO item (n) VALUES (4)")).containsExactly(4L);
		assertThat(generatedKeys(connection, "INSERT INTO item (n) VALUES (5), (6), (7)")).containsExactly(7L);
	}

	@Test
	void readsAtASnapshotWithParametersAndPreparedStatements() {
		String snapshot = "contract_reactive_snapshot";
		this.jdbc.execute("DROP SNAPSHOT IF EXISTS " + snapshot);
		this.jdbc.execute("CREATE SNAPSHOT " + snapshot + " FOR DATABASE contract_reactive_driver");
		for (String prepared : List.of("false", "true")) {
			Connection connection = connect("useServerPrepareStatement=" + prepared);
			block(update(connection, "UPDATE item SET n = 9 WHERE id = 1"));
			Integer then = block(Flux
				.from(connection.createStatement("SELECT n FROM item {SNAPSHOT = '" + snapshot + "'} WHERE id = ?")
					.bind(0, 1)
					.execute())
				.concatMap((result) -> result.map((row) -> row.get(0, Integer.class))));
			assertThat(then).isZero();
		}
		this.jdbc.execute("DROP SNAPSHOT " + snapshot);
	}

	private Connection connectAndLoseTheTransaction() {
		connectAndLock(2);
		Connection connection = connectAndLock(1, SHORT_LOCK_WAITS);
		assertThatExceptionOfType(R2dbcTimeoutException.class)
			.isThrownBy(() -> block(update(connection, "UPDATE item SET n = 1 WHERE id = 2")));
		return connection;
	}

	private static List<Long> generatedKeys(Connection connection, String sql) {
		return block(Flux.from(connection.createStatement(sql).returnGeneratedValues("id").execute())
			.concatMap((result) -> result.map((row) -> row.get(0, Long.class)))
			.collectList());
	}

	private static List<Object> borrowAndQuery(ConnectionPool pool, String sql) {
		return block(Mono.usingWhen(pool.create(), (connection) -> query(connection, sql), Connection::close));
	}

	private static ConnectionPool poolOfOne() {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(connectionFactory()).maxSize(1).build());
	}

	private static TransactionalOperator operator(Connection connection, TransactionDefinition definition) {
		return TransactionalOperator.create(new R2dbcTransactionManager(
				new SingleConnectionFactory(connection, connectionFactory().getMetadata(), true)), definition);
	}

}
