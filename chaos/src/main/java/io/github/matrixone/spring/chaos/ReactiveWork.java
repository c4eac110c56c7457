package io.github.matrixone.spring.chaos;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The same {@link Work}, done by a reactive application.
 */
final class ReactiveWork implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final SnapshotScope SCOPE = SnapshotScope.database(TestServer.DATABASE);

	private static final TableName LEDGER = TableName.of(TestServer.DATABASE, "ledger");

	private final ConfigurableApplicationContext context;

	private final DatabaseClient client;

	private final TransactionalOperator transaction;

	private final ReactiveSnapshotOperations snapshots;

	private final ReactiveCloneOperations clones;

	private ReactiveWork(ConfigurableApplicationContext context) {
		this.context = context;
		LeftBehind.listen();
		this.client = context.getBean(DatabaseClient.class);
		this.transaction = TransactionalOperator.create(context.getBean(ReactiveTransactionManager.class));
		this.snapshots = context.getBean(ReactiveSnapshotOperations.class);
		this.clones = context.getBean(ReactiveCloneOperations.class);
	}

	/**
	 * Start the application.
	 * @param server the server
	 * @param port where the application finds it
	 */
	static ReactiveWork start(TestServer server, int port) {
		return new ReactiveWork(new SpringApplicationBuilder(Application.Configured.class).web(WebApplicationType.NONE)
			.properties(
					"spring.r2dbc.url=r2dbc:mysql://" + server.host() + ':' + port + '/' + TestServer.DATABASE
							+ "?sessionVariables=lock_wait_timeout=20",
					"spring.r2dbc.username=" + server.username(), "spring.r2dbc.password=" + server.password(),
					"spring.r2dbc.pool.max-acquire-time=10s", "spring.main.banner-mode=off", "logging.level.root=off",
					"logging.level." + LeftBehind.LOGGER + "=warn")
			.run());
	}

	Report run(Unit unit) {
		try {
			this.transaction.transactional(transfer(unit)).block(PATIENCE);
			return Work.report(unit, Outcome.ACKNOWLEDGED, "");
		}
		catch (RuntimeException ex) {
			return Work.report(unit, Work.outcome(ex), NestedExceptionUtils.getMostSpecificCause(ex) + " <- " + ex);
		}
	}

	/**
	 * Do a unit and leave it at some moment. Nobody is told what became of it.
	 */
	void runAndCancel(Unit unit) {
		this.transaction.transactional(transfer(unit))
			.timeout(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1, 150)))
			.onErrorComplete()
			.block(PATIENCE);
	}

	@Override
	public void close() {
		this.context.close();
	}

	private Mono<Void> transfer(Unit unit) {
		Kind kind = unit.kind();
		boolean inOrder = unit.source() < unit.target();
		Mono<?> before = kind.hasSnapshotNow() ? this.snapshots.create(SnapshotName.of(unit.snapshotNow()), SCOPE)
				: Mono.empty();
		Mono<?> clone = kind.isCloned() ? clone(unit, kind.hasSnapshotNow() ? unit.snapshotNow() : null) : Mono.empty();
		Mono<?> after = kind.hasSnapshotAfterCommit()
				? this.snapshots.createAfterCommit(SnapshotName.of(unit.snapshotAfterCommit()), SCOPE) : Mono.empty();
		return before
			.then(update("INSERT INTO ledger (id, source, target, amount) VALUES (" + unit.id() + ", " + unit.source()
					+ ", " + unit.target() + ", " + unit.amount() + ")"))
			.then(book(inOrder ? unit.source() : unit.target(), inOrder ? -unit.amount() : unit.amount()))
			.then(book(inOrder ? unit.target() : unit.source(), inOrder ? unit.amount() : -unit.amount()))
			.then(clone)
			.then(after)
			.then(kind.isRolledBack() ? Mono.error(() -> new IllegalStateException("Rolled back on purpose"))
					: Mono.empty());
	}

	private Mono<?> clone(Unit unit, @Nullable String snapshot) {
		return this.clones.cloneTable(LEDGER, TableName.of(TestServer.DATABASE, unit.cloneName()),
				(snapshot != null) ? CloneOptions.from(SnapshotName.of(snapshot)) : CloneOptions.defaults());
	}

	private Mono<Long> book(int account, long amount) {
		return update("UPDATE account SET balance = balance + " + amount + " WHERE id = " + account);
	}

	private Mono<Long> update(String sql) {
		return this.client.sql(sql).fetch().rowsUpdated();
	}

}
