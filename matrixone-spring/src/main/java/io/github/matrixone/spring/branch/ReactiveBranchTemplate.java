package io.github.matrixone.spring.branch;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.util.Assert;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Central implementation of {@link ReactiveBranchOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class ReactiveBranchTemplate implements ReactiveBranchOperations, ApplicationEventPublisherAware {

	private static final Log logger = LogFactory.getLog(ReactiveBranchTemplate.class);

	private final ReactiveCommandExecutor executor;

	private final ReactiveRowComparisons comparisons;

	private final ReactiveMergeExecutor merges;

	private final ReactiveBranchRebase rebase;

	private final ReactivePatchScript scripts;

	private BranchEvents events = new BranchEvents(null);

	private Supplier<List<ReactiveBranchCheck>> checks = List::of;

	private Supplier<? extends @Nullable ReactiveTransactionManager> transactionManager = () -> null;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public ReactiveBranchTemplate(ReactiveCommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.comparisons = new ReactiveRowComparisons(executor);
		this.merges = new ReactiveMergeExecutor(executor);
		this.scripts = new ReactivePatchScript(executor);
		this.rebase = new ReactiveBranchRebase(this, executor, this.comparisons, this.merges);
	}

	/**
	 * Set who tells listeners of {@link BranchEvent}s. They must not block.
	 * @param publisher the publisher
	 */
	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		this.events = new BranchEvents(publisher);
		this.merges.setEvents(this.events);
	}

	/**
	 * Set the checks of {@link #publish(List)}.
	 * @param checks gives the checks in their order, when something is published
	 */
	public void setChecks(Supplier<List<ReactiveBranchCheck>> checks) {
		this.checks = checks;
	}

	/**
	 * Set what begins the transaction of {@link #publish(List)}, in which checks use the
	 * application's repositories.
	 * @param transactionManager gives the application's transaction manager when
	 * something is published, or {@code null} for one of the connection factory
	 */
	public void setTransactionManager(Supplier<? extends @Nullable ReactiveTransactionManager> transactionManager) {
		this.transactionManager = transactionManager;
	}

	@Override
	public Mono<Branch> createTable(TableName source, TableName branch) {
		return create(source, branch, null, (made) -> Mono.just(made.first()));
	}

	@Override
	public Mono<Branch> createTable(TableName source, TableName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(source, branch, asOf, (made) -> Mono.just(made.first()));
	}

	@Override
	public Mono<List<Branch>> createDatabase(DatabaseName source, DatabaseName branch) {
		return create(source, branch, null, (made) -> Mono.just(made.tables()), this.executor::beside);
	}

	@Override
	public Mono<List<Branch>> createDatabase(DatabaseName source, DatabaseName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(source, branch, asOf, (made) -> Mono.just(made.tables()), this.executor::beside);
	}

	@Override
	public Flux<Branch> list() {
		return all().flatMapIterable(Function.identity()).onErrorStop();
	}

	@Override
	public Flux<BranchAge> ages() {
		return all()
			.flatMap((all) -> this.executor.query(BranchAgeQuery.ALL).map((rows) -> BranchAgeQuery.read(all, rows)))
			.flatMapIterable(Function.identity())
			.onErrorStop();
	}

	@Override
	public Mono<Branch> find(TableName branch) {
		return qualified(branch)
			.flatMap((qualified) -> all().flatMap((all) -> Mono.justOrEmpty(BranchQuery.find(all, qualified))))
			.onErrorStop();
	}

	@Override
	public Mono<Branch> get(TableName branch) {
		return find(branch).switchIfEmpty(Mono.error(() -> BranchRules.notFound(branch))).onErrorStop();
	}

	@Override
	public Mono<Void> deleteTable(TableName branch) {
		return qualified(branch)
			.flatMap((qualified) -> identified().flatMap((all) -> Mono.justOrEmpty(FoundBranch.find(all, qualified)))
				.switchIfEmpty(Mono.error(() -> BranchRules.notFound(branch)))
				.flatMap((found) -> delete(found.deletion(), qualified.toString())))
			.onErrorStop();
	}

	@Override
	public Mono<Void> deleteDatabase(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		return identified().flatMap((all) -> Mono.justOrEmpty(FoundBranch.find(all, branch)))
			.switchIfEmpty(Mono.error(() -> BranchRules.notFound(branch)))
			.flatMap((found) -> delete(found.deletion(), branch.toString()))
			.onErrorStop();
	}

	@Override
	public Mono<DatabaseDiff> diff(DatabaseName branch) {
		return compare(branch, true);
	}

	/**
	 * Compare the branch of a database.
	 * @param rows whether the rows of tables that have a key are compared as well
	 */
	private Mono<DatabaseDiff> compare(DatabaseName branch, boolean rows) {
		return tablesOf(branch).map((tables) -> tables.stream().filter((table) -> table.parent() != null).toList())
			.flatMap((tables) -> {
				DatabaseComparison comparison = new DatabaseComparison(branch, tables);
				return Flux.fromIterable(tables)
					.concatMap((table) -> compare(table, comparison, rows))
					.then(Mono.defer(() -> this.executor.query(comparison.allTables())))
					.map(comparison::diff);
			})
			.onErrorStop();
	}

	@Override
	public <T> Mono<T> in(DatabaseName branch, Mono<T> work) {
		Assert.notNull(work, "The work must not be null");
		return in(branch, work.flux()).singleOrEmpty().onErrorStop();
	}

	@Override
	public <T> Flux<T> in(DatabaseName branch, Flux<T> work) {
		Assert.notNull(work, "The work must not be null");
		return this.executor.requireOutside("Another branch")
			.then(Mono.defer(() -> tablesOf(branch)))
			.flatMapMany((tables) -> currentDatabase().flatMapMany(
					(current) -> this.executor.in(new BranchWork(branch, tables).in(current.orElse(null)), work)))
			.onErrorStop();
	}

	private Mono<Optional<DatabaseName>> currentDatabase() {
		return this.executor.currentDatabase().map(Optional::of).defaultIfEmpty(Optional.empty());
	}

	private Mono<Void> compare(Branch table, DatabaseComparison comparison, boolean rows) {
		return this.executor.query(TableColumns.of(table.table()))
			.flatMap((columns) -> switch (comparison.kindOf(table, columns)) {
				case ROWS -> rows ? look(table).doOnNext(comparison::changed).then() : Mono.<Void>empty();
				case WITHOUT_KEY -> this.executor.query(TableColumns.atFirst(table))
					.flatMap((atFirst) -> this.executor.query(RowComparison.countWithoutKey(table, columns, atFirst)))
					.doOnNext((count) -> comparison.changed(table, count))
					.then();
				case SEQUENCE -> Mono.<Void>empty();
			});
	}

	@Override
	public Mono<BranchDiff> diff(TableName branch) {
		return get(branch).flatMap(this::look).onErrorStop();
	}

	@Override
	public Flux<RowChange> changes(TableName branch) {
		return get(branch).flatMap(this.comparisons::of).flatMapMany(this.merges::stream).onErrorStop();
	}

	@Override
	public Flux<RowChange> changes(TableName branch, Collection<ColumnName> columns) {
		Assert.notNull(columns, "The columns must not be null");
		return get(branch).flatMap(this.comparisons::of)
			.map((comparison) -> comparison.reading(columns))
			.flatMapMany(this.merges::stream)
			.onErrorStop();
	}

	@Override
	public Mono<Long> diffInto(TableName branch, TableName table) {
		Assert.notNull(table, "The table must not be null");
		Mono<SaveDiff> command = get(branch).flatMap((found) -> Mono
			.zip(this.comparisons.of(found), this.executor.qualified(table),
					this.executor.query(Definitions.of(found.table())))
			.map((parts) -> parts.getT1().saved(found.table(), parts.getT2(), parts.getT3())));
		return this.executor
			.<SaveDiff>withCurrentTransaction(
					(transaction) -> (transaction != null) ? Mono.error(BranchRules.savedInTransaction()) : command)
			.flatMap((save) -> this.executor.join(save).then(this.executor.query(save.count())))
			.map((count) -> count.first().map(Long::parseLong).orElseThrow())
			.onErrorStop();
	}

	@Override
	public Mono<SqlPatch> patch(List<BranchDiff> diffs) {
		Assert.notNull(diffs, "The diffs must not be null");
		return patchOf(BranchRules.changes(diffs));
	}

	@Override
	public Mono<SqlPatch> patch(DatabaseDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return Mono.<Void>fromRunnable(diff::requireComparable).then(patch(diff.tables())).onErrorStop();
	}

	@Override
	public Mono<SqlPatch> patch(TableDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return patchOf(BranchRules.changes(diff));
	}

	private Mono<SqlPatch> patchOf(Map<TableName, List<RowChange>> changes) {
		if (changes.isEmpty()) {
			return Mono.just(new SqlPatch(List.of()));
		}
		return Mono.defer(() -> this.executor.query(ForeignKeyOrder.of(BranchRules.databases(changes.keySet()))))
			.flatMapIterable((rows) -> ForeignKeyOrder.sort(rows, List.copyOf(changes.keySet()), Function.identity()))
			.concatMap((table) -> this.executor.query(TableColumns.of(table))
				.zipWhen((columns) -> this.executor.query(References.to(table)),
						(columns, references) -> new TablePatch(table, columns, references,
								Objects.requireNonNull(changes.get(table)))))
			.collectList()
			.delayUntil(this::requireSameZone)
			.map(SqlPatch::new)
			.onErrorStop();
	}

	private Mono<Void> requireSameZone(List<TablePatch> tables) {
		SessionZone zone = new SessionZone();
		tables.stream().flatMap(TablePatch::timestamps).forEach(zone::add);
		return this.scripts.requireSameZone(zone);
	}

	@Override
	public Flux<String> patchScript(TableName branch, TableName name) {
		Assert.notNull(name, "The name of the table must not be null");
		return get(branch).flatMap(this.comparisons::of)
			.delayUntil((comparison) -> this.executor.query(References.to(comparison.target()))
				.doOnNext((rows) -> BranchRules.requireNoOrder(comparison.target(), References.read(rows))))
			.zipWhen((comparison) -> this.executor.query(TableColumns.of(comparison.target()))
				.map((columns) -> new RowStatements(comparison.target(), name.quoted(), columns)))
			.flatMapMany((parts) -> this.scripts.of(parts.getT1().target(), parts.getT2(),
					this.merges.stream(parts.getT1())))
			.onErrorStop();
	}

	@Override
	public Flux<MergeViolation> violations(List<BranchDiff> diffs) {
		Assert.notNull(diffs, "The diffs must not be null");
		return Flux.fromIterable(diffs)
			.concatMap((diff) -> unmoved(diff.branch()))
			.concatMap(this.comparisons::of)
			.collectMap(RowComparison::target)
			.flatMapMany((merged) -> merged.isEmpty() ? Flux.empty() : violations(merged))
			.onErrorStop();
	}

	private Flux<MergeViolation> violations(Map<TableName, RowComparison> merged) {
		Set<DatabaseName> databases = BranchRules.databases(merged.keySet());
		return this.executor.query(ViolationQuery.uniqueKeys(databases))
			.zipWhen((uniqueKeys) -> this.executor.query(ViolationQuery.foreignKeys(databases)))
			.flatMapIterable((keys) -> ViolationQuery.of(merged, keys.getT1(), keys.getT2()))
			.concatWith(Flux.fromIterable(merged.values())
				.concatMap((table) -> this.executor.query(Definitions.of(table.target()))
					.flatMapIterable((definition) -> ViolationQuery.checks(table, definition))))
			.concatMap((query) -> this.executor.query(query.sql())
				.onErrorMap(BadSqlGrammarException.class, query::failure)
				.flatMapIterable(query::read));
	}

	@Override
	public Mono<MergeResult> merge(TableName branch) {
		return merge(branch, RowMerge::refuseConflicts);
	}

	@Override
	public Mono<MergeResult> merge(BranchDiff preview) {
		Assert.notNull(preview, "The preview must not be null");
		return unmoved(preview.branch()).delayUntil(this::requireUnwritten)
			.flatMap((branch) -> this.executor.inTransaction(this.comparisons.mergeOf(branch)
				.flatMap((merge) -> this.merges.takeAll(merge, preview.changes()))
				.map(RowMerge::refuseConflicts)
				.flatMap(this::carryOut)))
			.onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> merge(List<BranchDiff> previews) {
		Assert.notNull(previews, "The previews must not be null");
		return Flux.fromIterable(previews)
			.concatMap((preview) -> unmoved(preview.branch()))
			.concatMap((branch) -> requireUnwritten(branch).thenReturn(branch))
			.collectList()
			.map((branches) -> BranchRules.byParent(previews, branches))
			.flatMap((seen) -> seen.isEmpty() ? Mono.just(List.<MergeResult>of())
					: this.executor.inTransaction(merge(seen)))
			.onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> merge(DatabaseDiff preview) {
		Assert.notNull(preview, "The preview must not be null");
		Mono<Void> sequences = Flux.fromIterable(preview.sequences())
			.concatMap(this::get)
			.concatMap((sequence) -> this.merges.advance(sequence.table(), sequence.requireParent()))
			.then();
		return Mono.<Void>fromRunnable(preview::requireComparable)
			.then(this.executor.inTransaction(Mono.defer(() -> compare(preview.branch(), false))
				.doOnNext(DatabaseDiff::requireComparable)
				.then(Mono.defer(() -> merge(preview.tables())))
				.delayUntil((results) -> sequences.onErrorResume(
						(ex) -> this.executor.loseTransaction(BranchRules.notMovedOn(ex)).then(Mono.error(ex))))))
			.onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> publish(List<BranchDiff> reviewed) {
		Assert.notNull(reviewed, "The diffs must not be null");
		return checkedMerge().carryOut(merge(reviewed), reviewed).onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> publish(DatabaseDiff reviewed) {
		Assert.notNull(reviewed, "The diff must not be null");
		return checkedMerge().carryOut(merge(reviewed), reviewed.tables()).onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> publish(DatabaseName branch, Publisher<?> work) {
		Assert.notNull(branch, "The branch must not be null");
		Assert.notNull(work, "The work must not be null");
		Mono<DatabaseName> parent = this.executor.currentDatabase()
			.switchIfEmpty(Mono.error(() -> new IllegalStateException(
					"The connection factory must name a database in " + "its URL to work in a branch of it")));
		Function<Command, Mono<Void>> delete = (deletion) -> deleteNow(deletion, branch.toString());
		return this.executor.requireOutside("Another branch")
			.then(parent)
			.delayUntil((database) -> checkedMerge().requireTransactions())
			.flatMap((database) -> create(database, branch, null,
					(made) -> in(branch, Flux.from(work)).then(Mono.just(made)), delete))
			.flatMap((made) -> diff(branch).flatMap(this::publish)
				.delayUntil((results) -> delete.apply(made.deletion())
					.onErrorResume((ex) -> Mono.fromRunnable(() -> logger
						.warn("The branch " + branch + " was published and is still there: delete it yourself", ex)))))
			.onErrorStop();
	}

	private ReactiveCheckedMerge checkedMerge() {
		return new ReactiveCheckedMerge(this.executor, this.transactionManager, this.checks);
	}

	@Override
	public Mono<BranchStatus> status(TableName branch) {
		return get(branch)
			.flatMap((found) -> this.comparisons.of(found)
				.flatMap((comparison) -> this.executor.query(comparison.counts()))
				.map((counts) -> BranchRules.status(found, counts)))
			.onErrorStop();
	}

	@Override
	public Mono<MergeResult> mergeKeepingTarget(TableName branch) {
		return merge(branch, RowMerge::keepTarget);
	}

	@Override
	public Mono<MergeResult> mergeTakingBranch(TableName branch) {
		return merge(branch, UnaryOperator.identity());
	}

	@Override
	public Mono<MergeResult> pick(BranchDiff preview, Predicate<RowChange> rows) {
		Assert.notNull(preview, "The preview must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		Mono<List<RowChange>> picked = Mono.fromSupplier(() -> preview.changes().stream().filter(rows).toList());
		return picked.flatMap((changes) -> unmoved(preview.branch()).delayUntil(this::requireUnwritten)
			.flatMap((branch) -> this.executor.inTransaction(this.comparisons.mergeOf(branch)
				.flatMap((merge) -> this.merges.take(merge, changes))
				.flatMap(this::carryOut))))
			.onErrorStop();
	}

	@Override
	public Mono<TableDiff> diff(TableName table, AsOf since) {
		Assert.notNull(since, "The point in time must not be null");
		return qualified(table)
			.flatMap((qualified) -> this.comparisons.reversalOf(qualified, since)
				.flatMap((merge) -> this.merges.look(merge.comparison()))
				.map((changes) -> new TableDiff(qualified, since, null,
						changes.stream().map(TableChange::of).toList())))
			.onErrorStop();
	}

	@Override
	public Mono<Long> countChanges(TableName table, AsOf since) {
		Assert.notNull(since, "The point in time must not be null");
		return qualified(table)
			.flatMap((qualified) -> this.comparisons.reversalOf(qualified, since)
				.flatMap((merge) -> this.executor.query(merge.comparison().changeCounts()))
				.map(BranchRules::sum))
			.onErrorStop();
	}

	@Override
	public Mono<TableDiff> diff(TableName table, AsOf since, AsOf until) {
		Assert.notNull(since, "The first point in time must not be null");
		Assert.notNull(until, "The second point in time must not be null");
		return qualified(table)
			.flatMap((qualified) -> this.comparisons.between(qualified, since, until, this.merges::look)
				.map((changes) -> new TableDiff(qualified, since, until,
						changes.stream().map(TableChange::of).toList())))
			.onErrorStop();
	}

	@Override
	public Mono<MergeResult> revert(TableDiff diff, Predicate<TableChange> rows) {
		Assert.notNull(diff, "The diff must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		TableName table = diff.table();
		Mono<List<RowChange>> reverse = Mono
			.fromSupplier(() -> diff.changes().stream().filter(rows).map(TableChange::reverse).toList());
		return reverse
			.delayUntil(
					(changes) -> this.merges.requireUnwritten("The reversal of changes of " + table, List.of(table)))
			.flatMap((changes) -> this.executor.inTransaction(this.comparisons.reversalOf(table, diff.since())
				.flatMap((merge) -> this.merges.take(merge, changes))
				.flatMap((merge) -> this.merges.carryOut(Action.REVERT, merge))))
			.onErrorStop();
	}

	@Override
	public Mono<MergeResult> rebase(TableName branch, TableName newBranch) {
		Assert.notNull(newBranch, "The new branch must not be null");
		return get(branch).flatMap((found) -> this.rebase.table(found, newBranch,
				(merge) -> this.merges.takeAll(merge, null).map(RowMerge::refuseConflictsOfRebase)))
			.onErrorStop();
	}

	@Override
	public Mono<MergeResult> rebase(BranchDiff reviewed, TableName newBranch, Predicate<RowChange> rows) {
		Assert.notNull(reviewed, "The diff must not be null");
		Assert.notNull(newBranch, "The new branch must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		Mono<List<RowChange>> chosen = Mono.fromSupplier(() -> reviewed.changes().stream().filter(rows).toList());
		return chosen
			.flatMap((changes) -> unmoved(reviewed.branch())
				.flatMap((branch) -> this.rebase.table(branch, newBranch, (merge) -> this.merges.take(merge, changes))))
			.onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> rebase(DatabaseName branch, DatabaseName newBranch) {
		Assert.notNull(newBranch, "The new branch must not be null");
		return diff(branch).zipWhen((diff) -> parentOf(branch))
			.flatMap((found) -> this.rebase.database(found.getT1(), found.getT2(), newBranch,
					(merge, table) -> this.merges.takeAll(merge, null).map(RowMerge::refuseConflictsOfRebase)))
			.onErrorStop();
	}

	@Override
	public Mono<List<MergeResult>> rebase(DatabaseDiff reviewed, DatabaseName newBranch, Predicate<RowChange> rows) {
		Assert.notNull(reviewed, "The diff must not be null");
		Assert.notNull(newBranch, "The new branch must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		return Flux.fromIterable(reviewed.tables())
			.concatMap((table) -> unmoved(table.branch()))
			.then(Mono.defer(() -> parentOf(reviewed.branch())))
			.flatMap((parent) -> this.rebase.database(reviewed, parent, newBranch,
					(merge, table) -> this.merges.take(merge, table.changes().stream().filter(rows).toList())))
			.onErrorStop();
	}

	private Mono<DatabaseName> parentOf(DatabaseName branch) {
		return tablesOf(branch).map((tables) -> BranchRules.parentOf(branch, tables));
	}

	/**
	 * Make a branch of a table for some work, without which it is deleted again.
	 */
	<T> Mono<T> createTable(TableName source, TableName branch, Mono<T> work) {
		return create(source, branch, null, (made) -> work);
	}

	/**
	 * Make a branch of a database for some work, without which it is deleted again.
	 */
	<T> Mono<T> createDatabase(DatabaseName source, DatabaseName branch, Mono<T> work) {
		return create(source, branch, null, (made) -> work, this.executor::beside);
	}

	private <T> Mono<T> create(TableName source, TableName branch, @Nullable AsOf asOf,
			Function<FoundBranch, Mono<T>> next) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(branch, "The branch must not be null");
		return qualified(source).zipWhen((from) -> qualified(branch))
			.map((tables) -> new CreateBranch(tables.getT1(), tables.getT2(), asOf))
			.flatMap((command) -> all()
				.flatMap((all) -> (BranchQuery.find(all, command.branch()) != null) ? Mono.error(command::alreadyExists)
						: make(command, command.branch().toString(),
								(found) -> FoundBranch.find(found, command.branch()), next, this.executor::beside)))
			.onErrorStop();
	}

	private <T> Mono<T> create(DatabaseName source, DatabaseName branch, @Nullable AsOf asOf,
			Function<FoundBranch, Mono<T>> next, Function<Command, ? extends Mono<?>> undo) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(branch, "The branch must not be null");
		CreateDatabaseBranch command = new CreateDatabaseBranch(source, branch, asOf);
		Mono<String> hint = (asOf != null) ? this.comparisons.hint(asOf, (snapshot) -> snapshot.requireHolds(source))
				: Mono.just("");
		return hint.flatMap((text) -> this.executor.query(BranchQuery.hasTables(source, text)))
			.flatMap((rows) -> rows.isEmpty() ? Mono.error(() -> BranchRules.noTables(source, asOf)) : all())
			.flatMap((all) -> BranchQuery.of(all, branch).isEmpty()
					? make(command, branch.toString(), (found) -> FoundBranch.find(found, branch), next, undo)
					: Mono.error(command::alreadyExists))
			.onErrorStop();
	}

	/**
	 * Make a branch and go on with it. A transaction that reads as of its beginning does
	 * not see it.
	 * @param find finds it among all branches
	 * @param next what follows. Where it fails or is cancelled, the branch is deleted,
	 * unless that is left to a transaction
	 * @param undo deletes the branch there
	 */
	private <T> Mono<T> make(UndoableCommand command, String branch, Function<Rows, Optional<FoundBranch>> find,
			Function<FoundBranch, Mono<T>> next, Function<Command, ? extends Mono<?>> undo) {
		Mono<Void> before = Mono.fromRunnable(() -> this.events.before(Action.CREATE, List.of(branch)));
		Mono<Void> after = Mono.fromRunnable(() -> this.events.after(Action.CREATE, List.of(branch), List.of()));
		Mono<Optional<FoundBranch>> seen = identified().map(find);
		BiFunction<Mono<Optional<FoundBranch>>, Consumer<@Nullable Command>, Mono<T>> followed = (looked,
				undone) -> looked.doOnNext((found) -> undone.accept(found.map(FoundBranch::deletion).orElse(null)))
					.map((found) -> found.orElseThrow(() -> BranchRules.deletedAtOnce(branch)))
					.delayUntil((found) -> after)
					.flatMap(next);
		Mono<T> alone = Mono.defer(() -> {
			AtomicReference<@Nullable Command> deletion = new AtomicReference<>(command.undo());
			return this.executor.join(command, Mono.defer(() -> followed.apply(seen, deletion::set)),
					Mono.defer(() -> Mono.justOrEmpty(deletion.get()).flatMap(undo)));
		});
		return this.executor
			.withCurrentTransaction((transaction) -> (transaction != null)
					? transaction.requireWritable()
						.then(before)
						.then(Mono.defer(() -> transaction.beside(command,
								(activity) -> BranchRules.requireNothingWritten(activity, branch))))
						.flatMap((undone) -> followed.apply(seen.filter(Optional::isPresent)
							.switchIfEmpty(transaction.queryBeside(FoundBranch.ALL).map(find)), undone))
					: before.then(alone));
	}

	private Mono<Void> delete(JournaledCommand command, String name) {
		Mono<Void> before = Mono.fromRunnable(() -> this.events.before(Action.DELETE, List.of(name)));
		Mono<Void> deleteAfterCommit = this.executor.join(command)
			.then(Mono.fromRunnable(() -> this.events.afterCommit(Action.DELETE, List.of(name))));
		return this.executor
			.withCurrentTransaction((transaction) -> (transaction != null) ? transaction.requireWritable()
				.then(before)
				.then(Mono.defer(() -> this.executor
					.afterCommit(transaction, command, deleteAfterCommit.thenReturn(true), Mono.just(true))
					.then())) : deleteNow(command, name));
	}

	private Mono<Void> deleteNow(Command command, String name) {
		return Mono.<Void>fromRunnable(() -> this.events.before(Action.DELETE, List.of(name)))
			.then(this.executor.join(command))
			.then(Mono.fromRunnable(() -> this.events.after(Action.DELETE, List.of(name), List.of())));
	}

	private Mono<Rows> identified() {
		return this.executor.query(FoundBranch.ALL);
	}

	private Mono<List<Branch>> all() {
		return this.executor.query(BranchQuery.ALL).map(BranchQuery::read);
	}

	private Mono<List<Branch>> tablesOf(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		return all().map((all) -> BranchQuery.of(all, branch))
			.filter((tables) -> !tables.isEmpty())
			.switchIfEmpty(Mono.error(() -> BranchRules.notFound(branch)));
	}

	private Mono<Branch> unmoved(Branch seen) {
		return get(seen.table()).map((branch) -> BranchRules.requireUnmoved(seen, branch));
	}

	private Mono<Void> requireUnwritten(Branch branch) {
		return Mono.defer(() -> this.merges.requireUnwritten("The merge of " + branch.table(),
				List.of(branch.table(), branch.requireParent())));
	}

	private Mono<BranchDiff> look(Branch branch) {
		return this.comparisons.mergeOf(branch)
			.flatMap((merge) -> this.merges.look(merge.comparison()))
			.map((changes) -> new BranchDiff(branch, changes));
	}

	private Mono<MergeResult> merge(TableName branch, UnaryOperator<RowMerge> conflicts) {
		return get(branch).delayUntil(this::requireUnwritten)
			.flatMap((found) -> this.executor.inTransaction(this.comparisons.mergeOf(found)
				.flatMap((merge) -> this.merges.takeAll(merge, null))
				.map(conflicts)
				.flatMap(this::carryOut)))
			.onErrorStop();
	}

	private Mono<List<MergeResult>> merge(Map<TableName, BranchDiff> seen) {
		return this.merges.carryOut(Action.MERGE, seen.keySet(), (table) -> {
			BranchDiff preview = Objects.requireNonNull(seen.get(table));
			return unmoved(preview.branch()).flatMap(this.comparisons::mergeOf)
				.flatMap((merge) -> this.merges.takeAll(merge, preview.changes()))
				.map(RowMerge::refuseConflicts);
		});
	}

	private Mono<MergeResult> carryOut(RowMerge merge) {
		return this.merges.carryOut(Action.MERGE, merge);
	}

	private Mono<TableName> qualified(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return this.executor.qualified(table);
	}

}
