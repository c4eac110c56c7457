package io.github.matrixone.spring.contract.branch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.ReactiveBranchCheck;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Write, audit, publish over R2DBC, with checks that are beans. What a test finds is read
 * over JDBC, past the pool and the wrapper.
 */
@EnabledIfServer
@SpringBootTest(classes = ReactivePublishTests.Application.class)
@Timeout(120)
class ReactivePublishTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final DatabaseName MAIN = DatabaseName.of("ct_branch_audit");

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_audit_draft");

	private final JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc("mo_catalog");

	@Autowired
	private ReactiveBranchOperations branches;

	@Autowired
	private ConnectionFactory connectionFactory;

	@Autowired
	private DatabaseClient client;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private Application checks;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest server = ServerUnderTest.get();
		registry.add("spring.autoconfigure.exclude", () -> "");
		registry.add("spring.r2dbc.url",
				() -> server.url().replace("jdbc:", "r2dbc:") + MAIN.value() + "?createDatabaseIfNotExist=true");
		registry.add("spring.r2dbc.username", server::username);
		registry.add("spring.r2dbc.password", server::password);
	}

	@BeforeEach
	void create() {
		drop();
		this.checks.last = Flux.empty();
		this.checks.asked.clear();
		// The pool may have made it anew with a connection that it opens by itself.
		this.jdbc.execute("CREATE DATABASE IF NOT EXISTS ct_branch_audit");
		this.jdbc.execute("CREATE TABLE ct_branch_audit.item (id INT PRIMARY KEY, name VARCHAR(20), price INT)");
		this.jdbc.execute("INSERT INTO ct_branch_audit.item VALUES (1, 'tea', 3)");
		this.jdbc.execute("CREATE TABLE ct_branch_audit.note (id INT PRIMARY KEY)");
	}

	@AfterEach
	void clean() {
		awaitThePool();
		drop();
	}

	private void drop() {
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_audit_draft");
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_branch_audit");
	}

	@Test
	void publishesWhatNoCheckHasAnythingAgainst() {
		Mono<List<MergeResult>> publish = this.branches.publish(DRAFT, this.transaction.transactional(
				update("UPDATE item SET name = 'green tea'").then(update("INSERT INTO item VALUES (2, 'x', 1)"))));
		assertThat(databases()).as("nothing before the subscription").doesNotContain(DRAFT.value());
		assertThat(publish.block(LIMIT)).contains(new MergeResult(1, 1, 0, List.of()));
		assertThat(names()).containsExactly("green tea", "x");
		assertThat(this.checks.asked).containsExactly("names", "prices", "last");
		assertThat(databases()).doesNotContain(DRAFT.value());
	}

	@Test
	void publishesNothingWhereChecksFindSomethingAndKeepsTheBranch() {
		Flux<Long> work = update("UPDATE item SET name = 'BAD TEA'")
			.concatWith(update("INSERT INTO item VALUES (2, 'x', 0)"));
		assertThatExceptionOfType(BranchCheckException.class)
			.isThrownBy(() -> this.branches.publish(DRAFT, work).block(LIMIT))
			.satisfies((ex) -> assertThat(ex.getFindings()).containsExactly(
					Map.entry("names", List.of("BAD TEA is no name")), Map.entry("prices", List.of("1 price is 0"))));
		assertThat(names()).containsExactly("tea");
		assertThat(databases()).contains(DRAFT.value());
		this.branches
			.in(DRAFT,
					update("UPDATE item SET name = 'good tea' WHERE id = 1").then(update("UPDATE item SET price = 1")))
			.block(LIMIT);
		this.branches.diff(DRAFT).flatMap(this.branches::publish).block(LIMIT);
		assertThat(names()).containsExactly("good tea", "x");
	}

	@Test
	void publishesNothingWhereACheckFails() {
		this.checks.last = Flux.error(new IllegalStateException("no answer"));
		assertThatIllegalStateException().isThrownBy(() -> publishTables().block(LIMIT)).withMessage("no answer");
		assertThat(names()).containsExactly("tea");
	}

	@Test
	void publishesNothingWhereTheSubscriberLeavesWhileACheckLooks() {
		this.checks.last = Flux.never();
		assertThat(publishTables().timeout(Duration.ofSeconds(2)).onErrorComplete(TimeoutException.class).block(LIMIT))
			.isNull();
		assertThat(this.checks.asked).endsWith("last");
		awaitThePool();
		assertThat(names()).containsExactly("tea");
	}

	@Test
	void joinsATransactionThatCannotBeCommittedAfterTheSubscriberHasLeft() {
		Mono<List<MergeResult>> publish = publishTables().timeout(Duration.ofSeconds(2))
			.onErrorComplete(TimeoutException.class);
		this.checks.last = Flux.never();
		assertThatExceptionOfType(TransactionLostException.class)
			.isThrownBy(() -> this.transaction.transactional(publish.then(note())).block(LIMIT))
			.withMessageContaining("was cancelled");
		assertThat(names()).containsExactly("tea");
	}

	@Test
	void joinsATransactionThatCannotBeCommittedAfterAFinding() {
		Mono<List<MergeResult>> publish = publishTables();
		this.checks.last = Flux.just("not on a Sunday");
		assertThatExceptionOfType(TransactionLostException.class)
			.isThrownBy(() -> this.transaction
				.transactional(publish.onErrorComplete(BranchCheckException.class).then(note()))
				.block(LIMIT))
			.withMessageContaining("not on a Sunday");
		assertThat(names()).containsExactly("tea");
		this.checks.last = Flux.empty();
		this.transaction.transactional(note().then(publish)).block(LIMIT);
		assertThat(names()).containsExactly("green tea");
		assertThat(this.jdbc.queryForList("SELECT id FROM ct_branch_audit.note")).hasSize(1);
	}

	@Test
	void refusesConflictsBeforeTheChecksRun() {
		Mono<Void> both = update("UPDATE item SET name = 'BAD TEA'").then(Mono
			.fromRunnable(() -> this.jdbc.update("UPDATE ct_branch_audit.item SET name = 'black tea' WHERE id = 1")));
		assertThatExceptionOfType(BranchConflictException.class)
			.isThrownBy(() -> this.branches.publish(DRAFT, both).block(LIMIT));
		assertThat(this.checks.asked).isEmpty();
		assertThat(names()).containsExactly("black tea");
		assertThat(databases()).contains(DRAFT.value());
	}

	@Test
	void deletesTheBranchOfWorkThatFailsOrIsCancelled() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.branches.publish(DRAFT, Mono.error(new IllegalStateException("fails on purpose")))
				.block(LIMIT))
			.withMessage("fails on purpose");
		assertThat(databases()).doesNotContain(DRAFT.value());
		Mono<Long> endless = this.transaction.transactional(update("UPDATE item SET name = 'x'").then(Mono.never()));
		assertThat(this.branches.publish(DRAFT, endless)
			.timeout(Duration.ofSeconds(2))
			.onErrorComplete(TimeoutException.class)
			.block(LIMIT)).isNull();
		await().atMost(LIMIT).untilAsserted(() -> assertThat(databases()).doesNotContain(DRAFT.value()));
		assertThat(names()).containsExactly("tea");
	}

	@Test
	void leavesADatabaseAloneThatHasTheNameOfTheBranch() {
		this.branches.createDatabase(MAIN, DRAFT).block(LIMIT);
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.branches.publish(DRAFT, update("UPDATE item SET name = 'x'")).block(LIMIT));
		assertThat(databases()).contains(DRAFT.value());
	}

	@Test
	void isRefusedInATransaction() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(
				() -> this.transaction.transactional(this.branches.publish(DRAFT, update("UPDATE item SET name = 'x'")))
					.block(LIMIT));
		assertThat(databases()).doesNotContain(DRAFT.value());
	}

	@Test
	void isRefusedWhereChecksWouldLookPastTheMerge() {
		Mono<DatabaseDiff> diff = this.branches.createDatabase(MAIN, DRAFT).then(this.branches.diff(DRAFT));
		ReactiveBranchTemplate others = new ReactiveBranchTemplate(new ReactiveCommandExecutor(this.connectionFactory));
		ConnectionFactory beneath = ((ConnectionPool) this.connectionFactory).unwrap();
		others.setTransactionManager(() -> new R2dbcTransactionManager(beneath));
		assertThatIllegalStateException().isThrownBy(() -> others.publish(DRAFT, Mono.empty()).block(LIMIT))
			.withMessageContaining("one of another connection factory");
		assertThat(databases()).doesNotContain(DRAFT.value());
		assertThatIllegalStateException().isThrownBy(() -> diff.flatMap(others::publish).block(LIMIT))
			.withMessageContaining("Nothing is published");
	}

	private Mono<List<MergeResult>> publishTables() {
		this.branches.createDatabase(MAIN, DRAFT).block(LIMIT);
		this.branches.in(DRAFT, update("UPDATE item SET name = 'green tea'")).block(LIMIT);
		List<BranchDiff> tables = Objects.requireNonNull(this.branches.diff(DRAFT).block(LIMIT))
			.tables()
			.stream()
			.filter((table) -> table.branch().table().equals(TableName.of(DRAFT, "item")))
			.toList();
		return this.branches.publish(tables);
	}

	private void awaitThePool() {
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(
					((ConnectionPool) this.connectionFactory).getMetrics().map(PoolMetrics::acquiredSize))
				.contains(0));
	}

	private Mono<Long> note() {
		return update("INSERT INTO note VALUES (1)");
	}

	private Mono<Long> update(String sql) {
		return this.client.sql(sql).fetch().rowsUpdated();
	}

	private List<String> names() {
		return this.jdbc.queryForList("SELECT name FROM ct_branch_audit.item ORDER BY id", String.class);
	}

	private List<String> databases() {
		return this.jdbc.queryForList("SHOW DATABASES", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final List<String> asked = new ArrayList<>();

		private volatile Flux<String> last = Flux.empty();

		@Bean
		@Order(3)
		ReactiveBranchCheck last() {
			return named("last", Flux.defer(() -> this.last));
		}

		@Bean
		@Order(2)
		ReactiveBranchCheck prices(DatabaseClient client) {
			return named("prices",
					client.sql("SELECT count(*) FROM item WHERE price = 0")
						.mapValue(Long.class)
						.one()
						.filter((free) -> free > 0)
						.map((free) -> free + " price is 0")
						.flux());
		}

		@Bean
		@Order(1)
		ReactiveBranchCheck names(DatabaseClient client, TransactionalOperator transaction) {
			return named("names",
					transaction.transactional(client.sql("SELECT name FROM item WHERE name LIKE 'BAD%'")
						.mapValue(String.class)
						.all()
						.map((name) -> name + " is no name")));
		}

		private ReactiveBranchCheck named(String name, Flux<String> findings) {
			return new ReactiveBranchCheck() {

				@Override
				public Flux<String> check(List<BranchDiff> published) {
					assertThat(published).extracting((diff) -> diff.branch().table())
						.contains(TableName.of(DRAFT, "item"));
					Application.this.asked.add(name);
					return findings;
				}

				@Override
				public String name() {
					return name;
				}

			};
		}

	}

}
