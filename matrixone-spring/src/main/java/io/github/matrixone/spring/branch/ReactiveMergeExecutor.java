package io.github.matrixone.spring.branch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Carries merges out in the current transaction, over R2DBC. What it returns is used
 * once.
 */
final class ReactiveMergeExecutor {

	private final ReactiveCommandExecutor executor;

	private BranchEvents events = new BranchEvents(null);

	ReactiveMergeExecutor(ReactiveCommandExecutor executor) {
		this.executor = executor;
	}

	void setEvents(BranchEvents events) {
		this.events = events;
	}

	/**
	 * Return the rows that are changed, without locking them.
	 */
	Mono<List<RowChange>> look(RowComparison comparison) {
		return Flux.fromIterable(comparison.changes())
			.concatMap((query) -> this.executor.query(query, (row) -> change(row, comparison)))
			.concatMapIterable((changes) -> changes)
			.collectList()
			.map(RowMerge::inOrder);
	}

	/**
	 * Return the rows that are changed, as they are asked for.
	 */
	Flux<RowChange> stream(RowComparison comparison) {
		return Flux.fromIterable(comparison.changes())
			.concatMap((query) -> this.executor.stream(query, (row) -> change(row, comparison)), 0);
	}

	/**
	 * Take all changed rows.
	 * @param seen what they must still be, or {@code null}
	 */
	Mono<RowMerge> takeAll(RowMerge merge, @Nullable List<RowChange> seen) {
		return look(merge.comparison().readingKeys()).doOnNext((first) -> merge.takeAll(first, seen)).then(lock(merge));
	}

	/**
	 * Take some rows.
	 * @param rows the rows, and what they must still be
	 */
	Mono<RowMerge> take(RowMerge merge, List<RowChange> rows) {
		Mono<List<RowChange>> all = RowMerge.areMany(rows) ? look(merge.comparison().readingKeys())
				: Mono.just(List.of());
		return all.doOnNext((changed) -> merge.take(rows, changed)).then(lock(merge));
	}

	private Mono<RowMerge> lock(RowMerge merge) {
		Mono<Void> locked = Flux.defer(() -> Flux.fromIterable(merge.locks()))
			.concatMap((lock) -> this.executor.query(lock.query()).doOnNext((rows) -> merge.locked(lock, rows)))
			.then();
		return locked.then(Mono.defer(() -> look(merge.parts()))).doOnNext(merge::looked).thenReturn(merge);
	}

	private Mono<List<List<RowChange>>> look(List<RowComparison> comparisons) {
		return Flux.fromIterable(comparisons).concatMap(this::look).collectList();
	}

	/**
	 * Carry merges into several tables out as one.
	 * @param targets the tables
	 * @param take takes the rows to merge into one of them
	 * @return what was done, in the order of the tables
	 */
	Mono<List<MergeResult>> carryOut(Action action, Set<TableName> targets, Function<TableName, Mono<RowMerge>> take) {
		if (targets.isEmpty()) {
			return Mono.just(List.of());
		}
		return Mono.defer(() -> this.executor.query(ForeignKeyOrder.of(BranchRules.databases(targets))))
			.map((rows) -> ForeignKeyOrder.sort(rows, List.copyOf(targets), Function.identity()))
			.flatMap((order) -> Flux.fromIterable(order)
				.concatMap(take)
				.collectList()
				.flatMap((merges) -> carryOut(action, merges))
				.map((done) -> BranchRules.sort(targets, order, done)));
	}

	Mono<MergeResult> carryOut(Action action, RowMerge merge) {
		return carryOut(action, List.of(merge)).map((results) -> results.get(0));
	}

	/**
	 * Refuse tables that the current transaction has written to, or may have.
	 * @param what what is refused
	 */
	Mono<Void> requireUnwritten(String what, List<TableName> tables) {
		return this.executor.withCurrentTransaction((transaction) -> (transaction != null)
				? transaction.require((history) -> BranchRules.requireUnwritten(history, what, tables))
					.then(transaction.has(TransactionHistory::hasModified))
					.filter(Boolean::booleanValue)
					.flatMap((modified) -> requireUnreached(what, tables))
				: Mono.empty());
	}

	private Mono<Void> requireUnreached(String what, List<TableName> tables) {
		return Flux.fromIterable(tables)
			.concatMap((table) -> this.executor.query(SqlText.cascadesTo(table))
				.doOnNext((rows) -> BranchRules.requireUnreached(rows, what, table)))
			.then();
	}

	/**
	 * Send merges as one, and see that they have done what they were to do.
	 * @param merges the merges, those of referenced tables first
	 */
	private Mono<List<MergeResult>> carryOut(Action action, List<RowMerge> merges) {
		List<String> names = merges.stream().map(RowMerge::name).toList();
		return Mono.<Void>fromRunnable(() -> this.events.before(action, names))
			// A listener may have written what was looked at before.
			.thenMany(Flux.fromIterable(merges))
			.concatMap((merge) -> requireUnwritten("The " + merge.comparison().description(), merge.tables()))
			.then()
			.then(Mono.defer(() -> carryOut(merges)))
			.delayUntil((results) -> Mono.<Void>fromRunnable(() -> this.events.after(action, names, results))
				.onErrorResume(
						(ex) -> this.executor.loseTransaction(BranchEvents.lost(ex)).then(Mono.<Void>error(ex))));
	}

	/**
	 * Ids that were taken on the branch must not be taken again.
	 * @param sequence the table that the ids were taken from
	 * @param target the table to move on
	 */
	Mono<Void> advance(TableName sequence, TableName target) {
		return this.executor.query(AdvanceSequence.next(sequence))
			.flatMap((next) -> Mono.justOrEmpty(next.first()))
			.flatMap((next) -> this.executor.beside(new AdvanceSequence(target, Long.parseLong(next)),
					AdvanceSequence.LONGEST_WAIT))
			.flatMap((done) -> done ? Mono.empty() : Mono.error(() -> BranchRules.idsAreLocked(target)));
	}

	private Mono<List<MergeResult>> carryOut(List<RowMerge> merges) {
		return Flux.fromIterable(merges).concatMap(this::prepare).then(Mono.defer(() -> {
			MergeRows command = RowMerge.command(merges);
			return command.statements().isEmpty() ? Mono.<Void>empty() : send(command, merges);
		})).then(Mono.fromSupplier(() -> merges.stream().map(RowMerge::result).toList()));
	}

	private Mono<Void> prepare(RowMerge merge) {
		return this.executor.query(References.to(merge.target()))
			.doOnNext(merge::referencedBy)
			.then(this.executor.query(Definitions.partitionsOf(merge.target())))
			.doOnNext(merge::partitioned)
			.then(look(merge.toLeave()))
			.doOnNext(merge::leaves)
			.then();
	}

	/**
	 * Where the subscriber leaves, some of it may have been done, and nobody has looked.
	 */
	private Mono<Void> send(MergeRows command, List<RowMerge> merges) {
		return Mono.usingWhen(Mono.just(command),
				(sent) -> this.executor.join(sent).thenMany(Flux.fromIterable(merges)).concatMap(this::verify).then(),
				(sent) -> Mono.empty(),
				(sent, ex) -> (ex instanceof DataAccessException failure)
						? this.executor.loseTransaction(RowMerge.lost(sent, failure)) : Mono.empty(),
				(sent) -> this.executor.loseTransaction("The " + sent.description()
						+ " was cancelled, so that the transaction can only be rolled back"));
	}

	private Mono<Void> verify(RowMerge merge) {
		return look(merge.merged()).zipWhen((found) -> query(merge.changeCounts()))
			.doOnNext((answers) -> merge.requireDone(answers.getT1(), answers.getT2()))
			.then();
	}

	private Mono<List<Rows>> query(List<SqlText> queries) {
		return Flux.fromIterable(queries).concatMap(this.executor::query).collectList();
	}

	private static RowChange change(Row row, RowComparison comparison) {
		return RowMerge.change(comparison.keys(), side(row, RowComparison.BRANCH, comparison),
				side(row, RowComparison.BASE, comparison), side(row, RowComparison.TARGET, comparison),
				isTrue(row, "merged"), isTrue(row, "untouched"));
	}

	private static boolean isTrue(Row row, String label) {
		return Boolean.TRUE.equals(row.get(label, Boolean.class));
	}

	private static Map<String, @Nullable Object> side(Row row, String side, RowComparison comparison) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		List<String> columns = comparison.read();
		for (int i = 0; i < columns.size(); i++) {
			values.put(columns.get(i), value(row, side + i, comparison.type(columns.get(i))));
		}
		return values;
	}

	/**
	 * Read a value so that nothing of it is lost: the server reports binary columns as
	 * texts, and a {@link java.time.LocalTime} has no more than a day.
	 */
	private static @Nullable Object value(Row row, String label, String type) {
		return switch (type) {
			case "BINARY", "VARBINARY", "BLOB", "BIT" -> row.get(label, byte[].class);
			case "TIME" -> text(row.get(label, Duration.class));
			case "YEAR" -> row.get(label, Integer.class);
			default -> row.get(label);
		};
	}

	/**
	 * Return a time as the server writes it.
	 */
	private static @Nullable String text(@Nullable Duration time) {
		if (time == null) {
			return null;
		}
		Duration length = time.abs();
		String text = String.format(Locale.ROOT, "%s%02d:%02d:%02d", time.isNegative() ? "-" : "", length.toHours(),
				length.toMinutesPart(), length.toSecondsPart());
		return (length.getNano() != 0) ? text + String.format(Locale.ROOT, ".%06d", length.getNano() / 1000) : text;
	}

}
