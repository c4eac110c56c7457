package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Central implementation of {@link ReactiveSnapshotOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ReactiveSnapshotTemplate implements ReactiveSnapshotOperations {

	private final ReactiveCommandExecutor executor;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public ReactiveSnapshotTemplate(ReactiveCommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public Mono<Snapshot> create(SnapshotName name, SnapshotScope scope, SnapshotOptions options) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(scope, "The scope must not be null");
		Assert.notNull(options, "The options must not be null");
		return qualified(scope).map((qualified) -> new CreateSnapshot(name, qualified))
			.flatMap((command) -> this.executor.withCurrentTransaction((transaction) -> {
				Command awaited = awaited(transaction, name);
				if (awaited != null) {
					return Mono.error(
							() -> (awaited instanceof DropSnapshot) ? DropSnapshot.awaited(name) : command.awaited());
				}
				Mono<Snapshot> create = create(transaction, command, options);
				return options.isIfNotExists() ? find(name).switchIfEmpty((transaction != null) ? create
						// Somebody else was faster.
						: create.onErrorResume(SnapshotAlreadyExistsException.class,
								(ex) -> find(name).switchIfEmpty(Mono.error(ex))))
						: create;
			}))
			.onErrorStop();
	}

	@Override
	public Mono<AfterCommit<Snapshot>> createAfterCommit(SnapshotName name, SnapshotScope scope) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(scope, "The scope must not be null");
		return qualified(scope).map((qualified) -> new CreateSnapshot(name, qualified))
			.flatMap((command) -> this.executor.withCurrentTransaction((transaction) -> {
				Mono<Snapshot> work = (transaction != null)
						? this.executor.join(command).then(Mono.defer(() -> taken(name))) : take(command);
				Mono<AfterCommit<Snapshot>> handle = this.executor.afterCommit(transaction, command, work, get(name));
				Command awaited = awaited(transaction, name);
				if (awaited instanceof CreateSnapshot) {
					return Mono.error(command::awaited);
				}
				if (transaction == null || awaited != null) {
					return handle;
				}
				return exists(name).flatMap((exists) -> exists ? Mono.error(command::alreadyExists) : handle);
			}))
			.onErrorStop();
	}

	@Override
	public Mono<Snapshot> find(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		SnapshotQuery query = SnapshotQuery.byName(name);
		return this.executor.query(query.statement())
			.flatMap((rows) -> Mono.justOrEmpty(query.read(rows).stream().findFirst()))
			.onErrorStop();
	}

	@Override
	public Mono<Snapshot> get(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		return find(name).switchIfEmpty(Mono.error(SnapshotQuery.byName(name)::notFound)).onErrorStop();
	}

	@Override
	public Flux<Snapshot> list(SnapshotFilter filter) {
		Assert.notNull(filter, "The filter must not be null");
		SnapshotQuery query = SnapshotQuery.all();
		return this.executor.query(query.statement())
			.flatMapIterable(query::read)
			.filter(filter::matches)
			.onErrorStop();
	}

	@Override
	public Mono<Void> drop(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		DropSnapshot any = new DropSnapshot(name, false);
		return this.executor.withCurrentTransaction(
				(transaction) -> (transaction == null || transaction.awaits(CreateSnapshot.of(name)))
						? drop(transaction, any)
						: get(name).flatMap(
								(snapshot) -> drop(transaction, new DropSnapshot(name, false, snapshot.createdAt()))))
			.onErrorStop();
	}

	@Override
	public Mono<Boolean> dropIfExists(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		return this.executor.withCurrentTransaction((transaction) -> (transaction != null) ? takenAt(name)
			.flatMap((takenAt) -> drop(transaction, new DropSnapshot(name, true, takenAt.orElse(null)))
				.thenReturn(takenAt.isPresent())) : dropNow(name))
			.onErrorStop();
	}

	@Override
	public Mono<String> tableAt(TableName table, SnapshotName snapshot) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		return this.executor.qualified(table)
			.flatMap((qualified) -> get(snapshot).doOnNext((found) -> found.requireHolds(qualified))
				.thenReturn(qualified.quoted(AsOf.snapshot(snapshot))))
			.onErrorStop();
	}

	@Override
	public Mono<String> tableAt(TableName table, Instant instant) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return Mono.fromSupplier(() -> AsOf.instant(instant))
			.flatMap((asOf) -> this.executor.qualified(table).map((qualified) -> qualified.quoted(asOf)))
			.onErrorStop();
	}

	/**
	 * Return the last command that waits for the commit and gives or takes a name.
	 */
	private static @Nullable Command awaited(@Nullable CurrentTransaction transaction, SnapshotName name) {
		return (transaction != null) ? transaction.lastAwaited(CreateSnapshot.of(name).or(DropSnapshot.of(name)))
				: null;
	}

	private Mono<Boolean> dropNow(SnapshotName name) {
		return this.executor.join(new DropSnapshot(name, false))
			.thenReturn(true)
			.onErrorReturn(SnapshotNotFoundException.class, false);
	}

	private Mono<Snapshot> taken(SnapshotName name) {
		return get(name).onErrorMap(DataAccessException.class, (ex) -> CreateSnapshot.lookUpFailed(name, ex));
	}

	private Mono<Void> drop(@Nullable CurrentTransaction transaction, DropSnapshot command) {
		Mono<Void> drop = this.executor.join(command).then();
		return (transaction != null)
				? this.executor.afterCommit(transaction, command, drop.thenReturn(true), Mono.just(true)).then() : drop;
	}

	private Mono<Snapshot> create(@Nullable CurrentTransaction transaction, CreateSnapshot command,
			SnapshotOptions options) {
		SnapshotName name = command.name();
		return (transaction != null)
				? transaction.beside(command, (activity) -> command.requireNothingWritten(activity, options))
					.flatMap((undo) -> get(name).doOnNext((taken) -> undo.accept(command.undo(taken))))
				: take(command);
	}

	private Mono<Snapshot> take(CreateSnapshot command) {
		return this.executor.join(command, Mono.defer(() -> taken(command.name())));
	}

	private Mono<Optional<Instant>> takenAt(SnapshotName name) {
		return find(name).map(Snapshot::createdAt).singleOptional();
	}

	private Mono<SnapshotScope> qualified(SnapshotScope scope) {
		TableName table = scope.tableName();
		return (table != null) ? this.executor.qualified(table).map(SnapshotScope::table) : Mono.just(scope);
	}

}
