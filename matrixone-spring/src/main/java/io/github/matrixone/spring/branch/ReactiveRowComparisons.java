package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import org.springframework.jdbc.BadSqlGrammarException;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Finds out what has to be known to compare rows, over R2DBC.
 */
final class ReactiveRowComparisons {

	private final ReactiveCommandExecutor executor;

	ReactiveRowComparisons(ReactiveCommandExecutor executor) {
		this.executor = executor;
	}

	/**
	 * Return what compares a branch with its parent.
	 */
	Mono<RowComparison> of(Branch branch) {
		return Mono.defer(() -> of(branch, branch.requireParent()));
	}

	private Mono<RowComparison> of(Branch branch, TableName target) {
		return Mono
			.fromSupplier(() -> List.of(TableColumns.of(branch.table()), TableColumns.of(target),
					TableColumns.atFirst(branch)))
			.flatMapIterable(Function.identity())
			.concatMap(this.executor::query)
			.collectList()
			.map((columns) -> RowComparison.of(branch, target, columns.get(0), columns.get(1), columns.get(2)));
	}

	Mono<RowMerge> mergeOf(Branch branch) {
		return Mono.defer(() -> mergeOf(branch, branch.requireParent()));
	}

	/**
	 * Return the merge of a branch.
	 * @param target the table to merge it into
	 */
	Mono<RowMerge> mergeOf(Branch branch, TableName target) {
		return of(branch, target).map((comparison) -> new RowMerge(comparison, List.of(branch.table(), target)));
	}

	/**
	 * Return what takes changes of a table back.
	 */
	Mono<RowMerge> reversalOf(TableName table, AsOf since) {
		return requireColumnsOf(table).flatMap((now) -> hint(since, (snapshot) -> snapshot.requireHolds(table))
			.flatMap((hint) -> columnsAt(table, hint)
				.map((before) -> new RowMerge(RowComparison.ofPast(table, hint, now, before), List.of(table)))));
	}

	/**
	 * Compare a table at two points in time. A branch is there for as long as it takes.
	 * @param <T> the type of the result
	 * @param work compares
	 */
	<T> Mono<T> between(TableName table, AsOf since, AsOf until, Function<RowComparison, Mono<T>> work) {
		BranchToCompare later = BranchToCompare.of(table, until);
		Mono<Instant> from = instant(since, (snapshot) -> snapshot.requireHolds(table));
		return requireColumnsOf(table).flatMap((now) -> from
			.delayUntil((at) -> instant(until, (snapshot) -> snapshot.requireHolds(table))
				.doOnNext((to) -> BranchRules.requireOrder(at, to)))
			.map(AsOf::hint)
			.flatMap((hint) -> columnsAt(table, hint).flatMap((before) -> this.executor.beside(later, Mono
				.defer(() -> dropForeignKeys(later.branch()))
				.then(Mono.defer(() -> this.executor.query(TableColumns.of(later.branch()))))
				.flatMap(
						(then) -> work.apply(RowComparison.ofPast(table, hint, later.branch(), now, before, then)))))));
	}

	/**
	 * Where the current transaction, or somebody else's, has locked rows that a key
	 * references, the key stays.
	 */
	private Mono<Void> dropForeignKeys(TableName branch) {
		return this.executor.query(DropForeignKey.of(branch))
			.flatMapIterable(DropForeignKey::read)
			.concatMap((key) -> this.executor.beside(new DropForeignKey(branch, key), DropForeignKey.LONGEST_WAIT))
			.takeWhile(Boolean::booleanValue)
			.then();
	}

	private Mono<Rows> columnsAt(TableName table, String hint) {
		return this.executor.query(TableColumns.at(table, hint))
			.onErrorMap(BadSqlGrammarException.class, (ex) -> RowComparison.beforeHistory(table, ex));
	}

	private Mono<Rows> requireColumnsOf(TableName table) {
		return this.executor.query(TableColumns.of(table))
			.filter((columns) -> !columns.isEmpty())
			.switchIfEmpty(Mono.error(() -> BranchRules.noTable(table)));
	}

	/**
	 * Return the hint for a point in time.
	 * @param check looks whether a snapshot holds what is to be read
	 */
	Mono<String> hint(AsOf asOf, Consumer<Snapshot> check) {
		return instant(asOf, check).map(AsOf::hint);
	}

	/**
	 * A catalog cannot be read by the name of a snapshot on newer servers, and the clock
	 * of this machine may be behind.
	 */
	private Mono<Instant> instant(AsOf asOf, Consumer<Snapshot> check) {
		SnapshotName name = asOf.snapshot();
		if (name == null) {
			return Mono.just(Objects.requireNonNull(asOf.instant()));
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		return this.executor.query(query.statementWithOwnAccount())
			.map(query::getOfOwnAccount)
			.doOnNext(check)
			.map(Snapshot::createdAt);
	}

}
