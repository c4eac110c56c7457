package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.RestoreActions;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.pitr.PitrQuery.PitrNow;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Central implementation of {@link ReactivePitrOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ReactivePitrTemplate implements ReactivePitrOperations {

	private static final Log logger = LogFactory.getLog(ReactivePitrTemplate.class);

	private final ReactiveCommandExecutor executor;

	private final ReactiveSnapshotOperations snapshots;

	private final RestoreActions afterRestore;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 * @param snapshots takes the snapshots before restores
	 * @param afterRestore what to do after each restore, without blocking, such as
	 * clearing caches
	 */
	public ReactivePitrTemplate(ReactiveCommandExecutor executor, ReactiveSnapshotOperations snapshots,
			List<Runnable> afterRestore) {
		Assert.notNull(executor, "The executor must not be null");
		Assert.notNull(snapshots, "The snapshots must not be null");
		this.executor = executor;
		this.snapshots = snapshots;
		this.afterRestore = new RestoreActions(afterRestore);
	}

	@Override
	public Mono<AfterCommit<Pitr>> create(PitrName name, SnapshotScope scope, PitrRange range) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(scope, "The scope must not be null");
		Assert.notNull(range, "The range must not be null");
		return qualified(scope).map((qualified) -> new CreatePitr(name, qualified, range))
			.flatMap((command) -> this.executor.withCurrentTransaction((transaction) -> {
				Mono<AfterCommit<Pitr>> handle = change(transaction, name, command);
				if (transaction == null || transaction.awaits(DropPitr.of(name))) {
					return handle;
				}
				return exists(name).flatMap((exists) -> exists ? Mono.error(command::alreadyExists) : handle);
			}))
			.onErrorStop();
	}

	@Override
	public Mono<AfterCommit<Pitr>> alter(PitrName name, PitrRange range) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(range, "The range must not be null");
		return this.executor
			.withCurrentTransaction((transaction) -> meant(transaction, name)
				.flatMap((createdAt) -> change(transaction, name, new AlterPitr(name, range, createdAt.orElse(null)))))
			.onErrorStop();
	}

	@Override
	public Mono<Void> drop(PitrName name) {
		Assert.notNull(name, "The name must not be null");
		return this.executor
			.withCurrentTransaction((transaction) -> meant(transaction, name)
				.flatMap((createdAt) -> drop(transaction, new DropPitr(name, false, createdAt.orElse(null)))))
			.onErrorStop();
	}

	@Override
	public Mono<Boolean> dropIfExists(PitrName name) {
		Assert.notNull(name, "The name must not be null");
		return this.executor
			.withCurrentTransaction((transaction) -> (transaction != null) ? find(name).map(Pitr::createdAt)
				.singleOptional()
				.flatMap((createdAt) -> drop(transaction, new DropPitr(name, true, createdAt.orElse(null)))
					.thenReturn(createdAt.isPresent())) : dropNow(name))
			.onErrorStop();
	}

	@Override
	public Mono<Pitr> find(PitrName name) {
		PitrQuery query = PitrQuery.byName(name);
		return this.executor.query(query.statement())
			.flatMap((rows) -> Mono.justOrEmpty(query.find(rows)))
			.onErrorStop();
	}

	@Override
	public Mono<Pitr> get(PitrName name) {
		PitrQuery query = PitrQuery.byName(name);
		return this.executor.query(query.statement()).map(query::get).onErrorStop();
	}

	@Override
	public Flux<Pitr> list() {
		PitrQuery query = PitrQuery.all();
		return this.executor.query(query.statement()).flatMapIterable(query::read).onErrorStop();
	}

	@Override
	public Mono<RecoveryWindow> recoveryWindow(PitrName name) {
		return now(name).map(PitrNow::window).onErrorStop();
	}

	@Override
	public Mono<Void> check(PitrName name, Instant instant) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return now(name).doOnNext((found) -> found.require(null, instant))
			.then(localTime(instant))
			.then()
			.onErrorStop();
	}

	@Override
	public Mono<PitrRestore> restoreAccount(PitrName pitr, Instant instant) {
		Assert.notNull(pitr, "The PITR must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return restore(pitr, instant, (found) -> Mono.just(RestorePitr.accountOf(found)));
	}

	@Override
	public Mono<PitrRestore> restoreDatabase(DatabaseName database, PitrName pitr, Instant instant) {
		Assert.notNull(database, "The database must not be null");
		Assert.notNull(pitr, "The PITR must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return restore(pitr, instant, (found) -> Mono.just(SnapshotScope.database(database)));
	}

	@Override
	public Mono<PitrRestore> restoreTable(TableName table, PitrName pitr, Instant instant) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(pitr, "The PITR must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return restore(pitr, instant, (found) -> qualified(SnapshotScope.table(table)));
	}

	private Mono<PitrRestore> restore(PitrName name, Instant instant, Function<Pitr, Mono<SnapshotScope>> scopeOf) {
		return this.executor.withCurrentTransaction(
				(transaction) -> (transaction != null) ? Mono.error(RestorePitr.refusedInTransaction(name)) : now(name))
			.flatMap((found) -> scopeOf.apply(found.pitr()).flatMap((scope) -> restore(found, scope, instant)))
			.onErrorStop();
	}

	private Mono<PitrRestore> restore(PitrNow found, SnapshotScope scope, Instant instant) {
		PitrName name = found.pitr().name();
		return Mono.fromRunnable(() -> found.require(scope, instant))
			.then(localTime(instant))
			.map((time) -> new RestorePitr(scope, name, time))
			.flatMap((command) -> requireNotReferenced(scope).then(snapshotBefore(found, scope))
				.flatMap((before) -> restore(command, before.orElse(null)).then(Mono.defer(() -> get(name)))
					.map((pitr) -> new PitrRestore(scope, instant, before.orElse(null), pitr))))
			.doOnNext((restore) -> {
				if (!restore.isStillKept()) {
					logger.warn(RestorePitr.noLongerKept(restore));
				}
			});
	}

	private Mono<Void> restore(RestorePitr command, @Nullable Snapshot before) {
		return this.executor.join(command)
			.doOnError(DataAccessException.class, (ex) -> logger.warn(RestorePitr.failed(command.scope(), before), ex))
			// Only the answer may have got lost.
			.doOnError(this.afterRestore::runAfter)
			.doOnCancel(this.afterRestore::run)
			.then(Mono.fromRunnable(this.afterRestore::run));
	}

	private Mono<Void> requireNotReferenced(SnapshotScope scope) {
		return Flux.fromIterable(RestorePitr.referenced(scope))
			.concatMap((precondition) -> this.executor.query(precondition.query())
				.flatMap((rows) -> rows.isEmpty() ? Mono.<Void>empty() : Mono.error(precondition.otherwise()::get)))
			.then();
	}

	private Mono<Optional<Snapshot>> snapshotBefore(PitrNow found, SnapshotScope scope) {
		return Mono.defer(() -> this.snapshots.create(PitrRestore.snapshotName(found.now()), scope))
			.map(Optional::of)
			.onErrorResume((ex) -> ex instanceof DatabaseNotFoundException || ex instanceof TableNotFoundException,
					(ex) -> {
						logger.debug("There is nothing to take a snapshot of before restoring " + scope, ex);
						return Mono.just(Optional.empty());
					});
	}

	private Mono<ServerLocalTime> localTime(Instant instant) {
		return Mono.defer(() -> this.executor.query(ServerLocalTime.query(instant)))
			.map((answer) -> ServerLocalTime.read(instant, answer));
	}

	private Mono<PitrNow> now(PitrName name) {
		PitrQuery query = PitrQuery.byName(name);
		return this.executor.query(query.statement()).map(query::getNow);
	}

	/**
	 * Return when the PITR was made that a command in a transaction means.
	 */
	private Mono<Optional<Instant>> meant(@Nullable CurrentTransaction transaction, PitrName name) {
		return (transaction != null && !transaction.awaits(CreatePitr.of(name)))
				? get(name).map(Pitr::createdAt).map(Optional::of) : Mono.just(Optional.empty());
	}

	private Mono<AfterCommit<Pitr>> change(@Nullable CurrentTransaction transaction, PitrName name,
			JournaledCommand command) {
		Mono<Pitr> work = this.executor.join(command)
			.then(Mono
				.defer(() -> get(name).onErrorMap(DataAccessException.class, PitrQuery.byName(name)::lookUpFailed)));
		return this.executor.afterCommit(transaction, command, work, Mono.defer(() -> get(name)));
	}

	private Mono<Boolean> dropNow(PitrName name) {
		return this.executor.join(new DropPitr(name, false, null))
			.thenReturn(true)
			.onErrorReturn(PitrNotFoundException.class, false);
	}

	private Mono<Void> drop(@Nullable CurrentTransaction transaction, DropPitr command) {
		Mono<Void> drop = this.executor.join(command).then();
		return (transaction != null)
				? this.executor.afterCommit(transaction, command, drop.thenReturn(true), Mono.just(true)).then() : drop;
	}

	private Mono<SnapshotScope> qualified(SnapshotScope scope) {
		TableName table = scope.tableName();
		return (table != null) ? this.executor.qualified(table).map(SnapshotScope::table) : Mono.just(scope);
	}

}
