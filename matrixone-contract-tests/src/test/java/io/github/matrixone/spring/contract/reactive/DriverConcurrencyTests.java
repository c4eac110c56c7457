package io.github.matrixone.spring.contract.reactive;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.r2dbc.spi.Connection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Several statements at once in one transaction of plain Spring.
 */
@EnabledIfServer
class DriverConcurrencyTests extends DriverContract {

	private static final int ROWS = 1000;

	private DatabaseClient client;

	private TransactionalOperator operator;

	@BeforeEach
	void createRows() {
		Connection connection = connect();
		SingleConnectionFactory connectionFactory = new SingleConnectionFactory(connection,
				connectionFactory().getMetadata(), true);
		this.client = DatabaseClient.create(connectionFactory);
		this.operator = TransactionalOperator.create(new R2dbcTransactionManager(connectionFactory));
		String rows = IntStream.range(4, ROWS + 1).mapToObj((id) -> "(" + id + ", 0)").collect(Collectors.joining(","));
		block(update(connection, "INSERT INTO item VALUES " + rows));
	}

	@Test
	void anUpdateForEachOfManyRowsThatAreStillReadNeverEnds() {
		StepVerifier.create(rows().flatMap(this::increment).then().as(this.operator::transactional))
			.expectSubscription()
			.expectNoEvent(Duration.ofSeconds(5))
			.thenCancel()
			.verify();
	}

	@Test
	void norDoesOneAtATime() {
		StepVerifier.create(rows().concatMap(this::increment).then().as(this.operator::transactional))
			.expectSubscription()
			.expectNoEvent(Duration.ofSeconds(5))
			.thenCancel()
			.verify();
	}

	@Test
	void anUpdateForEachOfManyRowsThatWereCollectedEnds() {
		block(rows().collectList()
			.flatMapMany(Flux::fromIterable)
			.flatMap(this::increment)
			.then()
			.as(this.operator::transactional));
		assertThat(n(ROWS)).isOne();
	}

	@Test
	void moreThan256StatementsAtOnceAreRefused() {
		assertThatIllegalStateException().isThrownBy(
				() -> block(Flux.range(1, 300).flatMap(this::increment, 300).then().as(this.operator::transactional)))
			.withMessage("Request queue is full");
		assertThat(n(1)).isZero();
	}

	@Test
	void twoStatementsTakeTurns() {
		block(Mono.zip(increment(1), increment(2)).as(this.operator::transactional));
		assertThat(n(1)).isOne();
		assertThat(n(2)).isOne();
	}

	private Flux<Integer> rows() {
		return this.client.sql("SELECT id FROM item").map((row) -> row.get(0, Integer.class)).all();
	}

	private Mono<Long> increment(int id) {
		return this.client.sql("UPDATE item SET n = n + 1 WHERE id = :id").bind("id", id).fetch().rowsUpdated();
	}

}
