package io.github.matrixone.spring.contract.reactive;

import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * How errors of the server arrive through the plain driver and plain Spring.
 */
@EnabledIfServer
class DriverErrorTests extends DriverContract {

	private static final String UNCLASSIFIED = "SELECT t.b FROM (SELECT 'x' a, 1 b UNION ALL SELECT 'y', 2 UNION ALL "
			+ "SELECT 'z', 3) t WHERE t.a > 'x'";

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "null",
			textBlock = """
					INSERT INTO item VALUES (1, 1)                    | 1062  | HY000 | R2dbcDataIntegrityViolationException | DataIntegrityViolationException
					INSERT INTO item VALUES (4, NULL)                 | 3819  | null  | R2dbcNonTransientResourceException   | DataAccessResourceFailureException
					INSERT INTO child VALUES (1, 99)                  | 20101 | null  | R2dbcNonTransientResourceException   | DataAccessResourceFailureException
					INSERT INTO item VALUES ('x', 1)                  | 20203 | null  | R2dbcNonTransientResourceException   | DataAccessResourceFailureException
					SELECT * FROM missing                             | 1064  | HY000 | R2dbcBadGrammarException             | BadSqlGrammarException
					SELECT missing FROM item                          | 20301 | null  | R2dbcNonTransientResourceException   | DataAccessResourceFailureException
					SELECT * FROM item {SNAPSHOT = 'missing'}         | 20101 | null  | R2dbcNonTransientResourceException   | DataAccessResourceFailureException
					CREATE TABLE item CLONE child                     | 1050  | HY000 | R2dbcBadGrammarException             | BadSqlGrammarException
					CREATE DATABASE contract_reactive_driver CLONE mo | 1007  | null  | R2dbcNonTransientResourceException   | DataAccessResourceFailureException
					""")
	@FaultOfServer(value = "a missing table, column or database has a code of MatrixOne's own",
			only = { "FROM missing", "SELECT missing", "CLONE mo" })
	void errorsLoseTheirStateAndLookLikeFailedConnections(String sql, int code, String state, String exception,
			String translated) {
		this.jdbc.execute("CREATE TABLE contract_reactive_driver.child (id INT PRIMARY KEY, item_id INT, "
				+ "FOREIGN KEY (item_id) REFERENCES contract_reactive_driver.item (id))");
		Connection connection = connect();
		assertThatExceptionOfType(R2dbcException.class).isThrownBy(() -> block(query(connection, sql)))
			.returns(code, R2dbcException::getErrorCode)
			.returns(state, R2dbcException::getSqlState)
			.returns(exception, (ex) -> ex.getClass().getSimpleName());
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> block(DatabaseClient
				.create(new SingleConnectionFactory(connection, connectionFactory().getMetadata(), true))
				.sql(sql)
				.fetch()
				.all()))
			.returns(translated, (ex) -> ex.getClass().getSimpleName());
	}

	@Test
	void aDeadlockIsAResourceFailure() {
		Connection first = connectAndLock(1);
		Connection second = connectAndLock(2);
		CompletableFuture<Void> deadlock = CompletableFuture.allOf(
				update(first, "UPDATE item SET n = 5 WHERE id = 2").toFuture(),
				update(second, "UPDATE item SET n = 5 WHERE id = 1").toFuture());
		assertThat(deadlock).failsWithin(SOON.multipliedBy(2))
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(R2dbcNonTransientResourceException.class, (ex) -> {
				assertThat(ex.getErrorCode()).isEqualTo(20701);
				assertThat(ex.getSqlState()).isNull();
			});
	}

	@Test
	void aRefusedConnectionIsNoErrorOfR2dbc() {
		ConnectionFactory refused = connectionFactory("jdbc:mysql://127.0.0.1:1/nowhere", "root", "111");
		assertThat(Exceptions.unwrap(catchThrowable(() -> block(refused.create()))))
			.isInstanceOf(ConnectException.class);
		assertThatExceptionOfType(DataAccessResourceFailureException.class)
			.isThrownBy(() -> block(DatabaseClient.create(refused).sql("SELECT 1").fetch().all()));
	}

	@Test
	void loginsFailWithTheCodesOfTheServer() {
		ServerUnderTest server = ServerUnderTest.get();
		assertThatExceptionOfType(R2dbcException.class)
			.isThrownBy(() -> block(connectionFactory(server.url(), server.username(), "wrong").create()))
			.returns(1045, R2dbcException::getErrorCode);
		assertThatExceptionOfType(R2dbcException.class).isThrownBy(
				() -> block(connectionFactory(server.url() + "missing", server.username(), server.password()).create()))
			.returns(1049, R2dbcException::getErrorCode);
	}

	// no issue known
	@Test
	void answersAreOutOfStepAfterAnUnclassifiedError() {
		int outOfStep = 0;
		for (int i = 0; i < 10; i++) {
			Connection connection = connect();
			assertThatExceptionOfType(R2dbcException.class).isThrownBy(() -> block(query(connection, UNCLASSIFIED)))
				.returns(1105, R2dbcException::getErrorCode);
			outOfStep += answers(query(connection, "SELECT 42")) ? 0 : 1;
		}
		assertThat(outOfStep).isPositive();
	}

	// no issue known
	@Test
	void aPoolHandsAConnectionThatIsOutOfStepToTheNextTransaction() {
		int wrong = 0;
		for (int i = 0; i < 10; i++) {
			ConnectionPool pool = new ConnectionPool(
					ConnectionPoolConfiguration.builder(connectionFactory()).maxSize(1).build());
			DatabaseClient client = DatabaseClient.create(pool);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> block(client.sql(UNCLASSIFIED)
				.fetch()
				.all()
				.then()
				.as(TransactionalOperator.create(new R2dbcTransactionManager(pool))::transactional)));
			wrong += answers(client.sql("SELECT 42").map((row) -> row.get(0)).all().collectList()) ? 0 : 1;
			pool.dispose();
		}
		assertThat(wrong).isPositive();
	}

	private static boolean answers(Mono<List<Object>> rows) {
		return block(rows.map((row) -> row.toString().equals("[42]")).onErrorReturn(false));
	}

}
