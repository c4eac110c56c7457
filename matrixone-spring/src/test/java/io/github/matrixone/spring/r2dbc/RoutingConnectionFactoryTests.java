package io.github.matrixone.spring.r2dbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.lookup.AbstractRoutingConnectionFactory;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Two tenants, each with a server and a pool of one connection, behind one connection
 * factory.
 */
@Timeout(30)
class RoutingConnectionFactoryTests {

	private static final SnapshotName NAME = SnapshotName.of("nightly");

	private static final SnapshotScope SCOPE = SnapshotScope.database(DatabaseName.of("shop"));

	private static final String CREATE = "CREATE SNAPSHOT `nightly` FOR DATABASE `shop`";

	private static final String DROP = "DROP SNAPSHOT IF EXISTS `nightly`";

	private static final String BY_NAME = "SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ?";

	private static final String TAKEN = BY_NAME + " AND ts = ?";

	private static final TableName ITEM = TableName.of("shop", "item");

	private static final TableName COPY = TableName.of("copy", "item");

	private static final String CLONE = "CREATE TABLE `copy`.`item` CLONE `shop`.`item`";

	private static final String WRITE = "INSERT INTO journal VALUES ('beside', 'snapshot nightly')";

	private static final String TENANT = "tenant";

	private final ScriptedR2dbc first = new ScriptedR2dbc();

	private final ScriptedR2dbc second = new ScriptedR2dbc();

	private final ConnectionPool firstPool = pool(new MatrixOneConnectionFactory(this.first));

	private final ConnectionPool secondPool = pool(new MatrixOneConnectionFactory(this.second));

	private final ConnectionFactory router = router(this.firstPool, this.secondPool);

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(this.router);

	private final ReactiveSnapshotOperations snapshots = new ReactiveSnapshotTemplate(this.executor);

	private final ReactiveCloneOperations clones = new ReactiveCloneTemplate(this.executor);

	private final TransactionalOperator transaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.router));

	@BeforeEach
	void aSnapshotIsFound() {
		for (ScriptedR2dbc server : List.of(this.first, this.second)) {
			for (String lookUp : List.of(BY_NAME, TAKEN)) {
				server.results.put(lookUp, List.of(ScriptedR2dbc.rowOf("sname", "nightly", "ts", 1L, "level",
						"database", "account_name", "sys", "database_name", "shop", "table_name", "")));
			}
		}
	}

	@AfterEach
	void closePools() {
		this.firstPool.dispose();
		this.secondPool.dispose();
	}

	@Test
	void eachHasSnapshotsOfItsOwn() {
		as("first", this.transaction.transactional(this.snapshots.create(NAME, SCOPE))).block();
		as("second", this.transaction.transactional(this.snapshots.create(NAME, SCOPE))).block();
		assertThat(this.first.sent).containsExactly(CREATE, BY_NAME);
		assertThat(this.second.sent).containsExactly(CREATE, BY_NAME);
	}

	@Test
	void eachHasItsOwnSnapshotDroppedAfterARollback() {
		as("first", this.snapshots.create(NAME, SCOPE)).block();
		this.first.sent.clear();
		Mono<?> failing = this.snapshots.create(NAME, SCOPE).then(Mono.error(new IllegalStateException("no")));
		StepVerifier.create(as("second", this.transaction.transactional(failing))).verifyErrorMessage("no");
		assertThat(this.first.sent).isEmpty();
		assertThat(this.second.sent).containsExactly(CREATE, BY_NAME, TAKEN, DROP);
	}

	@Test
	void eachHasItsWorkDoneAfterTheCommit() {
		as("first", this.snapshots.create(NAME, SCOPE)).block();
		this.first.sent.clear();
		Mono<?> work = this.executor.query(SqlText.of("SELECT 1 FROM a FOR UPDATE"))
			.then(this.clones.cloneTableAfterCommit(ITEM, COPY));
		as("second", this.transaction.transactional(work)).block();
		assertThat(this.first.sent).isEmpty();
		assertThat(this.second.sent).endsWith("COMMIT", CLONE);
	}

	@Test
	void eachHasEntriesInAJournalOfItsOwn() {
		this.executor.setJournal(new ScriptedJournal());
		for (ScriptedR2dbc server : List.of(this.first, this.second)) {
			server.results.remove(BY_NAME);
			server.failures.put(CREATE, new R2dbcNonTransientResourceException("no", null, 20101));
		}
		for (String tenant : List.of("first", "second")) {
			StepVerifier.create(as(tenant, this.transaction.transactional(this.snapshots.create(NAME, SCOPE))))
				.verifyError();
		}
		for (ScriptedR2dbc server : List.of(this.first, this.second)) {
			assertThat(server.sent).endsWith(WRITE, CREATE).hasSize(3);
		}
	}

	@Test
	void eachHasCommandsBesideOfItsOwn() {
		Command drop = new DropSnapshot(NAME, true);
		as("first", this.executor.beside(drop)).block();
		as("second", this.executor.beside(drop)).block();
		as("second", this.transaction.transactional(this.executor.beside(drop))).block();
		assertThat(this.first.sent).containsExactly(DROP);
		assertThat(this.second.sent).containsExactly(DROP, DROP);
	}

	@Test
	void eachHasItsPoolForCommands() {
		List<ConnectionFactory> asked = new ArrayList<>();
		UnaryOperator<ConnectionFactory> pools = (server) -> {
			asked.add(server);
			return server;
		};
		ReactiveSnapshotOperations pooled = new ReactiveSnapshotTemplate(
				new ReactiveCommandExecutor(this.router, pools));
		as("second", this.transaction.transactional(pooled.create(NAME, SCOPE))).block();
		as("first", this.transaction.transactional(pooled.create(NAME, SCOPE))).block();
		assertThat(asked).containsExactly(this.secondPool.unwrap(), this.firstPool.unwrap());
	}

	@Test
	void eachHasItsJournalRecovered() {
		as("second", this.snapshots.create(NAME, SCOPE)).block();
		as("first", this.snapshots.create(NAME, SCOPE)).block();
		this.second.failures.put("SELECT 2", new R2dbcNonTransientResourceException("gone"));
		assertThatThrownBy(() -> this.executor.onOwnConnection((session) -> session.query(SqlText.of("SELECT 2"))))
			.hasMessageContaining("gone");
		assertThat(this.second.sent).endsWith("SELECT 2");
		assertThat(this.first.sent).endsWith("SELECT 2");
	}

	@Test
	void aSessionBeforeAnyTransactionLeadsToTheDefault() {
		this.executor.onOwnConnection((session) -> session.query(SqlText.of("SELECT 2")));
		assertThat(this.first.sent).containsExactly("SELECT 2");
		assertThat(this.second.sent).isEmpty();
	}

	@Test
	void oneOfThemMayBeAnotherServer() {
		this.first.version = "8.4.0";
		StepVerifier.create(as("first", this.snapshots.create(NAME, SCOPE)))
			.verifyError(UnsupportedByServerException.class);
		as("second", this.transaction.transactional(this.snapshots.create(NAME, SCOPE))).block();
		assertThat(this.first.sent).isEmpty();
		assertThat(this.second.sent).containsExactly(CREATE, BY_NAME);
	}

	@Test
	void oneOfThemMayBeUnprotected() {
		ConnectionPool unprotected = pool(this.second);
		ConnectionFactory router = router(this.firstPool, unprotected);
		ReactiveSnapshotOperations snapshots = new ReactiveSnapshotTemplate(new ReactiveCommandExecutor(router));
		TransactionalOperator transaction = TransactionalOperator.create(new R2dbcTransactionManager(router));
		as("first", transaction.transactional(snapshots.create(NAME, SCOPE))).block();
		StepVerifier.create(as("second", snapshots.create(NAME, SCOPE)))
			.verifyError(NotAllowedInTransactionException.class);
		assertThat(this.second.sent).isEmpty();
		unprotected.dispose();
	}

	private static <T> Mono<T> as(String tenant, Mono<T> work) {
		return work.contextWrite((context) -> context.put(TENANT, tenant));
	}

	private static ConnectionPool pool(ConnectionFactory connectionFactory) {
		return new ConnectionPool(
				ConnectionPoolConfiguration.builder(connectionFactory).initialSize(0).maxSize(1).build());
	}

	private static ConnectionFactory router(ConnectionFactory first, ConnectionFactory second) {
		AbstractRoutingConnectionFactory router = new AbstractRoutingConnectionFactory() {

			@Override
			protected Mono<Object> determineCurrentLookupKey() {
				return Mono.deferContextual((context) -> Mono.justOrEmpty(context.getOrEmpty(TENANT)));
			}

		};
		router.setTargetConnectionFactories(Map.of("first", first, "second", second));
		router.setDefaultTargetConnectionFactory(first);
		router.afterPropertiesSet();
		return router;
	}

}
