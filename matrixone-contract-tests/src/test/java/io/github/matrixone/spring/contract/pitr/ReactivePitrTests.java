package io.github.matrixone.spring.contract.pitr;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.OutsideRecoveryWindowException;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.pitr.Pitr;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.pitr.PitrRestore;
import io.github.matrixone.spring.pitr.ReactivePitrTemplate;
import io.github.matrixone.spring.pitr.RecoveryWindow;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * PITRs and restores by them over R2DBC, on a server. What a test finds is read over
 * JDBC, past the pool and the wrapper.
 */
@EnabledIfServer
@Timeout(120)
class ReactivePitrTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final PitrName NAME = PitrName.of("ct_pitr_reactive");

	private static final SnapshotScope SCOPE = SnapshotScope.database(PitrTests.DATABASE);

	private static final TableName ITEM = TableName.of("item");

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");

	private final ConnectionPool pool = pool();

	private final DatabaseClient client = DatabaseClient.create(this.pool);

	private final TransactionalOperator transaction = TransactionalOperator
		.create(new R2dbcTransactionManager(this.pool));

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(this.pool);

	private final ReactiveSnapshotTemplate snapshots = new ReactiveSnapshotTemplate(this.executor);

	private final ReactiveRestoreTemplate restores = new ReactiveRestoreTemplate(this.executor, this.snapshots,
			List.of());

	private final ReactivePitrTemplate pitrs = new ReactivePitrTemplate(this.executor, this.snapshots, List.of());

	@BeforeEach
	void createTable() {
		PitrTests.clean(this.plain);
		this.plain.execute("CREATE DATABASE ct_pitr");
		this.plain.execute("CREATE TABLE ct_pitr.item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.plain.execute("INSERT INTO ct_pitr.item VALUES (1, 'one')");
	}

	@AfterEach
	void leavesNothingBehind() {
		try {
			this.snapshots.list(SnapshotFilter.all().namePrefix(PitrRestore.SNAPSHOT_PREFIX))
				.concatMap((snapshot) -> this.snapshots.drop(snapshot.name()))
				.blockLast(LIMIT);
		}
		finally {
			this.pool.dispose();
			PitrTests.clean(this.plain);
		}
	}

	@Test
	void isMadeAlteredListedAndDropped() {
		Pitr pitr = get(this.pitrs.create(NAME, SnapshotScope.table(ITEM), PitrRange.days(1))).get();
		assertThat(pitr.scope()).isEqualTo(SnapshotScope.table(TableName.of(PitrTests.DATABASE, "item")));
		assertThat(get(this.pitrs.list().collectList())).contains(pitr);
		Pitr altered = get(this.pitrs.alter(NAME, PitrRange.years(1))).get();
		assertThat(get(this.pitrs.recoveryWindow(NAME)).from()).isEqualTo(altered.alteredAt());
		this.pitrs.drop(NAME).block(LIMIT);
		assertThat(get(this.pitrs.dropIfExists(NAME))).isFalse();
		assertThatExceptionOfType(PitrNotFoundException.class).isThrownBy(() -> get(this.pitrs.get(NAME)));
	}

	@Test
	void followsTheTransaction() {
		Mono<Long> insert = this.client.sql("INSERT INTO item VALUES (2, 'two')").fetch().rowsUpdated();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> get(this.pitrs.create(NAME, SCOPE, PitrRange.hours(1))
				.then(insert)
				.then(Mono.error(new IllegalStateException()))
				.as(this.transaction::transactional)));
		assertThat(get(this.pitrs.exists(NAME))).isFalse();
		get(insert.then(this.pitrs.create(NAME, SCOPE, PitrRange.hours(1)))
			.then(this.pitrs.alter(NAME, PitrRange.hours(2)))
			.as(this.transaction::transactional));
		assertThat(get(this.pitrs.get(NAME)).range()).isEqualTo(PitrRange.hours(2));
		assertThat(names()).containsExactly("one", "two");
	}

	@Test
	void restoresWithinItsWindowAndCanBeTakenBack() {
		Pitr pitr = get(this.pitrs.create(NAME, SCOPE, PitrRange.hours(1))).get();
		RecoveryWindow window = get(this.pitrs.recoveryWindow(NAME));
		assertThat(window.from()).isEqualTo(pitr.createdAt());
		Instant before = PitrTests.now(this.plain);
		this.plain.update("INSERT INTO ct_pitr.item VALUES (2, 'two')");
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> this.pitrs.check(NAME, pitr.createdAt()).block(LIMIT));
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> get(this.pitrs.restoreTable(ITEM, NAME, before.plusSeconds(60))));
		assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(() -> get(
				this.pitrs.restoreDatabase(PitrTests.DATABASE, NAME, before).as(this.transaction::transactional)));
		this.pitrs.check(NAME, before).block(LIMIT);
		PitrRestore table = get(this.pitrs.restoreTable(ITEM, NAME, before));
		assertThat(names()).containsExactly("one");
		assertThat(table.isStillKept()).isTrue();
		this.restores.restoreTable(ITEM, Objects.requireNonNull(table.before()).name()).block(LIMIT);
		assertThat(names()).containsExactly("one", "two");
		PitrRestore database = get(this.pitrs.restoreDatabase(PitrTests.DATABASE, NAME, before));
		assertThat(names()).containsExactly("one");
		assertThat(database.isStillKept()).isFalse();
		this.restores.restoreDatabase(PitrTests.DATABASE, Objects.requireNonNull(database.before()).name())
			.block(LIMIT);
		assertThat(names()).containsExactly("one", "two");
	}

	private List<String> names() {
		return this.plain.queryForList("SELECT name FROM ct_pitr.item ORDER BY id", String.class);
	}

	private static <T> T get(Mono<T> mono) {
		return Objects.requireNonNull(mono.block(LIMIT));
	}

	private static ConnectionPool pool() {
		ServerUnderTest server = ServerUnderTest.get();
		ServerUnderTest.get().plainJdbc("").execute("CREATE DATABASE IF NOT EXISTS ct_pitr");
		return new ConnectionPool(ConnectionPoolConfiguration.builder(new MatrixOneConnectionFactory(ConnectionFactories
			.get(ConnectionFactoryOptions.parse(server.url().replaceFirst("jdbc", "r2dbc") + "ct_pitr")
				.mutate()
				.option(ConnectionFactoryOptions.USER, server.username())
				.option(ConnectionFactoryOptions.PASSWORD, server.password())
				.build())))
			.initialSize(0)
			.maxSize(2)
			.build());
	}

}
