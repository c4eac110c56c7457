package io.github.matrixone.spring.clone;

import java.util.function.Predicate;
import java.util.function.Supplier;

import org.springframework.util.Assert;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Central implementation of {@link ReactiveCloneOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ReactiveCloneTemplate implements ReactiveCloneOperations {

	private final ReactiveCommandExecutor executor;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public ReactiveCloneTemplate(ReactiveCommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public Mono<Boolean> cloneTable(TableName source, TableName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		return Mono.fromRunnable(options::requireUsableForTable)
			.then(qualified(source, target))
			.flatMap((tables) -> unlessDropAwaits(options, DropTable.of(tables.getT2()),
					() -> DropTable.awaited(tables.getT2()), cloneQualified(tables.getT1(), tables.getT2(), options)))
			.onErrorStop();
	}

	@Override
	public Mono<AfterCommit<Boolean>> cloneTableAfterCommit(TableName source, TableName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		return Mono.fromRunnable(options::requireUsableForTable).then(qualified(source, target)).flatMap((tables) -> {
			TableName to = tables.getT2();
			return afterCommit(options.clone(tables.getT1(), to), options, SqlText.lookUp(to), DropTable.of(to),
					CloneTargetExistsException.of(to), cloneQualified(tables.getT1(), to, options));
		}).onErrorStop();
	}

	@Override
	public Mono<Boolean> cloneDatabase(DatabaseName source, DatabaseName target, CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		return Mono.fromRunnable(options::requireUsableForDatabase)
			.then(unlessDropAwaits(options, DropDatabase.of(target), () -> DropDatabase.awaited(target),
					cloneUsable(source, target, options)))
			.onErrorStop();
	}

	@Override
	public Mono<AfterCommit<Boolean>> cloneDatabaseAfterCommit(DatabaseName source, DatabaseName target,
			CloneOptions options) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(target, "The target must not be null");
		Assert.notNull(options, "The options must not be null");
		return Mono.fromRunnable(options::requireUsableForDatabase)
			.then(afterCommit(options.clone(source, target), options, SqlText.lookUp(target), DropDatabase.of(target),
					CloneTargetExistsException.of(target), cloneUsable(source, target, options)))
			.onErrorStop();
	}

	@Override
	public Mono<Void> dropTable(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return this.executor.qualified(table).flatMap((qualified) -> drop(new DropTable(qualified))).onErrorStop();
	}

	@Override
	public Mono<Void> dropDatabase(DatabaseName database) {
		Assert.notNull(database, "The database must not be null");
		return drop(new DropDatabase(database));
	}

	private Mono<Void> drop(Drop command) {
		Mono<Boolean> work = this.executor.join(command).then(Mono.just(true));
		return this.executor
			.withCurrentTransaction((transaction) -> (transaction != null) ? transaction.requireWritable()
				.then(kept(transaction, command))
				.flatMap((kept) -> this.executor.afterCommit(transaction, kept, work, Mono.just(true)))
				.then() : work.then())
			.onErrorStop();
	}

	private Mono<Drop> kept(CurrentTransaction transaction, Drop command) {
		Mono<Void> found = transaction.awaits(command::isOf) ? Mono.empty()
				: this.executor.query(command.lookUp()).doOnNext(command::requireFound).then();
		Mono<Drop> kept = transaction.isJournaled() ? this.executor.query(command.identity()).map(command::meant)
				: Mono.just(command);
		return found.then(kept);
	}

	private Mono<Boolean> cloneQualified(TableName source, TableName target, CloneOptions options) {
		Command command = options.clone(source, target);
		return isLeftAsItIs(options, SqlText.lookUp(target))
			.flatMap((left) -> left ? Mono.just(false) : this.executor.join(command).thenReturn(true))
			.onErrorResume(CloneTargetExistsException.class, (ex) -> requireAsked(options, ex))
			.onErrorResume(TableNotFoundException.class,
					(ex) -> snapshot(options).doOnNext((snapshot) -> snapshot.requireHolds(source))
						.then(Mono.error(ex)));
	}

	private Mono<Boolean> cloneUsable(DatabaseName source, DatabaseName target, CloneOptions options) {
		CloneDatabase command = options.clone(source, target);
		return snapshot(options).doOnNext((snapshot) -> snapshot.requireHolds(source))
			.then(isLeftAsItIs(options, SqlText.lookUp(target)))
			.flatMap((left) -> left ? Mono.just(false) : this.executor.join(command).thenReturn(true))
			.onErrorResume(CloneTargetExistsException.class, (ex) -> requireAsked(options, ex));
	}

	/**
	 * Somebody else was faster.
	 */
	private static Mono<Boolean> requireAsked(CloneOptions options, CloneTargetExistsException ex) {
		return options.isIfNotExists() ? Mono.just(false) : Mono.error(ex);
	}

	private Mono<Boolean> unlessDropAwaits(CloneOptions options, Predicate<Command> drop,
			Supplier<NotAllowedInTransactionException> refusal, Mono<Boolean> work) {
		return this.executor.withCurrentTransaction(
				(transaction) -> (transaction != null && options.isInOwnAccount() && transaction.awaits(drop))
						? Mono.error(refusal) : work);
	}

	private Mono<AfterCommit<Boolean>> afterCommit(JournaledCommand command, CloneOptions options, SqlText lookUp,
			Predicate<Command> drop, CloneTargetExistsException exists, Mono<Boolean> work) {
		return this.executor.withCurrentTransaction((transaction) -> {
			Mono<AfterCommit<Boolean>> handle = this.executor.afterCommit(transaction, command, work, Mono.just(true));
			if (transaction == null) {
				return handle;
			}
			return transaction.requireWritable()
				.then((!options.isRefusedIfExists() || transaction.awaits(drop)) ? handle
						: exists(lookUp).flatMap((found) -> found ? Mono.error(exists) : handle));
		});
	}

	private Mono<Tuple2<TableName, TableName>> qualified(TableName source, TableName target) {
		return this.executor.qualified(source).zipWhen((from) -> this.executor.qualified(target));
	}

	private Mono<Snapshot> snapshot(CloneOptions options) {
		SnapshotName name = options.snapshot();
		if (name == null) {
			return Mono.empty();
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		return this.executor.query(query.statement()).map(query::get);
	}

	private Mono<Boolean> isLeftAsItIs(CloneOptions options, SqlText lookUp) {
		return options.isIfNotExists() ? exists(lookUp) : Mono.just(false);
	}

	private Mono<Boolean> exists(SqlText lookUp) {
		return this.executor.query(lookUp).map((rows) -> !rows.isEmpty());
	}

}
