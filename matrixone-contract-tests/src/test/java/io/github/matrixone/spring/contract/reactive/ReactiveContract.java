package io.github.matrixone.spring.contract.reactive;

import java.time.Duration;
import java.util.List;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of what is promised to reactive code only. What a test finds is read over JDBC,
 * past the pool and the wrapper.
 */
@EnabledIfServer
@SpringBootTest(classes = ReactiveApplication.class)
@Timeout(120)
abstract class ReactiveContract {

	static final Duration LIMIT = Duration.ofSeconds(60);

	static final DatabaseName DATABASE = DatabaseName.of("contract");

	static final TableName ITEM = TableName.of(DATABASE, "item");

	static final TableName CLONE = TableName.of(DATABASE, "ct_clone");

	static final SnapshotName SNAPSHOT = SnapshotName.of("ct_snapshot");

	static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	@Autowired
	ConnectionPool pool;

	@Autowired
	R2dbcTransactionManager manager;

	@Autowired
	DatabaseClient client;

	@Autowired
	ReactiveSnapshotOperations snapshots;

	@Autowired
	ReactiveCloneOperations clones;

	@Autowired
	ReactiveSentStatements sent;

	TransactionalOperator transaction;

	private final SingleConnectionDataSource server = server();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.server);

	@BeforeEach
	void prepare() {
		this.transaction = TransactionalOperator.create(this.manager);
		clean();
		this.sent.clear();
	}

	@AfterEach
	void leavesNothingBehind() {
		try {
			assertThat(acquired()).isZero();
			clean();
		}
		finally {
			this.server.destroy();
		}
	}

	void clean() {
		snapshots().forEach((snapshot) -> this.jdbc.execute("DROP SNAPSHOT " + snapshot));
		tables().forEach((table) -> this.jdbc.execute("DROP TABLE " + table));
		this.jdbc.update("DELETE FROM item");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one', 10), (2, 'two', 20)");
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	int acquired() {
		return this.pool.getMetrics().map(PoolMetrics::acquiredSize).orElseThrow();
	}

	void awaitThePool() {
		await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> acquired() == 0);
	}

	TransactionalOperator transaction(TransactionDefinition definition) {
		return TransactionalOperator.create(this.manager, definition);
	}

	Mono<Long> update(String sql, Object... args) {
		return spec(sql, args).fetch().rowsUpdated();
	}

	<T> Flux<T> query(String sql, Class<T> type, Object... args) {
		return spec(sql, args).mapValue(type).all();
	}

	private DatabaseClient.GenericExecuteSpec spec(String sql, Object... args) {
		DatabaseClient.GenericExecuteSpec spec = this.client.sql(sql);
		for (int i = 0; i < args.length; i++) {
			spec = spec.bind(i, args[i]);
		}
		return spec;
	}

	List<String> names() {
		return names("item");
	}

	List<String> names(String table) {
		return this.jdbc.queryForList("SELECT name FROM " + table + " ORDER BY id, name", String.class);
	}

	List<String> tables() {
		return this.jdbc.queryForList("SELECT table_name FROM information_schema.tables "
				+ "WHERE table_schema = 'contract' AND table_name LIKE 'ct\\_%'", String.class);
	}

	List<String> snapshots() {
		return this.jdbc.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE sname LIKE 'ct\\_%'",
				String.class);
	}

	void assertNothingWasDone() {
		assertThat(names()).containsExactly("one", "two");
		assertThat(tables()).isEmpty();
		assertThat(snapshots()).isEmpty();
	}

	static SingleConnectionDataSource server() {
		ServerUnderTest server = ServerUnderTest.get();
		return new SingleConnectionDataSource(server.url() + "contract?createDatabaseIfNotExist=true",
				server.username(), server.password(), true);
	}

}
