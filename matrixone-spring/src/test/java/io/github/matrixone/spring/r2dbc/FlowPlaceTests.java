package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PastQuery;
import io.github.matrixone.spring.transaction.StandIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Where connections are led to for a reactive flow, without a server. The pool has one
 * connection.
 */
@Timeout(30)
class FlowPlaceTests {

	private static final DatabaseName COPY = DatabaseName.of("past_of_shop");

	private static final String LOOK_UP = "SELECT 1 FROM information_schema.schemata WHERE lower(schema_name) = ?";

	private static final String SELECT = "SELECT name FROM item";

	private static final String THERE = "/* in 706173745f6f665f73686f70 */ " + SELECT;

	private static final String USE_COPY = "USE `past_of_shop`";

	private static final String USE_SHOP = "USE `shop`";

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	private final ConnectionPool pool = new ConnectionPool(
			ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(this.driver))
				.initialSize(0)
				.maxSize(1)
				.maxAcquireTime(Duration.ofSeconds(10))
				.build());

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(this.pool);

	private final DatabaseClient client = DatabaseClient.create(this.pool);

	private final TransactionalOperator transaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.pool));

	private final StandIn past = new StandIn(COPY, DatabaseName.of("shop"), SqlText.lookUp(COPY),
			new PastQuery(COPY, Map.of()));

	@BeforeEach
	void theCopyIsThere() {
		this.driver.results.put(LOOK_UP, List.of(ScriptedR2dbc.rowOf("1", 1)));
	}

	@AfterEach
	void closesWhatThePoolHas() {
		this.pool.dispose();
	}

	@Test
	void leadsAConnectionThereAndBack() {
		in(select()).block();
		assertSent(LOOK_UP, USE_COPY, THERE, USE_SHOP);
		select().block();
		assertSent(SELECT);
		in(select()).block();
		assertSent(USE_COPY, THERE, USE_SHOP);
		assertThat(this.driver.opened).isOne();
	}

	@Test
	void leadsItOnceForATransaction() {
		in(this.transaction.transactional(select().then(select()))).block();
		assertSent(LOOK_UP, USE_COPY, THERE, THERE, USE_SHOP);
	}

	@Test
	void leadsAConnectionBackThatIsUsedOutsideMeanwhile() {
		Flux.usingWhen(this.pool.create(),
				(connection) -> Flux.concat(execute(connection, SELECT),
						this.executor.in(this.past, execute(connection, SELECT)), execute(connection, SELECT)),
				Connection::close)
			.blockLast();
		assertSent(SELECT, LOOK_UP, USE_COPY, THERE, USE_SHOP, SELECT);
	}

	@Test
	void refusesAConnectionWhoseTransactionHasBegun() {
		Flux.usingWhen(this.pool.create(),
				(connection) -> Flux.concat(Mono.from(connection.beginTransaction()).cast(Object.class),
						execute(connection, "DELETE FROM item"),
						this.executor.in(this.past, execute(connection, SELECT))),
				Connection::close)
			.as((flux) -> assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(flux::blockLast))
			.withMessageContaining("This connection cannot change its database");
		assertSent("BEGIN", "DELETE FROM item", "ROLLBACK");
	}

	@Test
	void refusesAConnectionThatAUseHasMoved() {
		Flux.usingWhen(this.pool.create(),
				(connection) -> Flux.concat(execute(connection, "USE other"),
						this.executor.in(this.past, execute(connection, SELECT))),
				Connection::close)
			.as((flux) -> assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(flux::blockLast))
			.withMessageContaining("This connection cannot change its database");
		assertSent("USE other", USE_SHOP);
	}

	@Test
	void sendsNothingWhereTheCopyIsNot() {
		this.driver.results.remove(LOOK_UP);
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> in(select()).block())
			.withMessageContaining("leads to another account or server");
		assertSent(LOOK_UP);
	}

	@Test
	void sendsNothingInAnotherDatabase() {
		this.driver.results.put(ScriptedR2dbc.WHO, List.of(ScriptedR2dbc.rowOf("id", 7L, "database", "other")));
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> in(select()).block())
			.withMessageContaining("A connection in the database other is refused");
		assertSent();
	}

	@Test
	void sendsNothingAfterAUseThatHasFailed() {
		this.driver.failures.put(USE_COPY, new R2dbcBadGrammarException("unknown database", "42000", 1049));
		assertThatThrownBy(() -> in(select()).block()).isInstanceOf(DataAccessException.class);
		assertSent(LOOK_UP, USE_COPY, USE_SHOP);
		select().block();
		assertSent(SELECT);
	}

	@Test
	void discardsAConnectionThatDoesNotComeBack() {
		this.driver.failures.put(USE_SHOP, new R2dbcBadGrammarException("no", "HY000", 20101));
		in(select()).block();
		select().block();
		assertThat(this.driver.opened).isEqualTo(2);
	}

	@Test
	void leadsAConnectionBackAfterACancellation() {
		Sinks.Empty<Void> ended = Sinks.empty();
		this.driver.delays.put(THERE, ended.asMono());
		in(select()).takeUntilOther(Mono.delay(Duration.ofMillis(200))).block();
		ended.tryEmitEmpty();
		select().block();
		assertSent(LOOK_UP, USE_COPY, THERE, USE_SHOP, SELECT);
	}

	@Test
	void refusesCommands() {
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> in(this.executor.query(SqlText.of("SELECT 1"))).block())
			.withMessageContaining("A command of MatrixOne is refused within PastOperations");
		assertSent();
	}

	private <T> Mono<T> in(Mono<T> work) {
		return this.executor.in(this.past, work.flux()).singleOrEmpty();
	}

	private Mono<Void> select() {
		return this.client.sql(SELECT).then();
	}

	private static Flux<Object> execute(Connection connection, String sql) {
		return Flux.from(connection.createStatement(sql).execute()).flatMap((result) -> result.getRowsUpdated());
	}

	private void assertSent(String... statements) {
		assertThat(this.driver.sent).containsExactly(statements);
		this.driver.sent.clear();
	}

}
