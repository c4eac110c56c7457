package io.github.matrixone.spring.branch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Central implementation of {@link BranchOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class BranchTemplate implements BranchOperations, ApplicationEventPublisherAware {

	private static final Log logger = LogFactory.getLog(BranchTemplate.class);

	private final CommandExecutor executor;

	private final RowComparisons comparisons;

	private final MergeExecutor merges;

	private final MergeTransactions transactions;

	private final BranchRebase rebase;

	private BranchEvents events = new BranchEvents(null);

	private Supplier<List<BranchCheck>> checks = List::of;

	private List<Runnable> checksBeforeWork = List.of();

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public BranchTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.comparisons = new RowComparisons(executor);
		this.merges = new MergeExecutor(executor);
		this.transactions = new MergeTransactions(executor);
		this.rebase = new BranchRebase(this, executor, this.comparisons, this.merges, this.transactions);
	}

	/**
	 * Set who tells listeners of {@link BranchEvent}s.
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
	public void setChecks(Supplier<List<BranchCheck>> checks) {
		this.checks = checks;
	}

	/**
	 * Set what begins the transactions of merges that are not called in one, so that
	 * listeners and the checks of {@link #publish(List)} can use JPA in them.
	 * @param managers gives the application's transaction managers when something is
	 * merged: the one that is meant where none is named, else all. If none of them is
	 * known to be of the data source, merges have transactions of JDBC
	 */
	public void setTransactionManagers(Supplier<List<PlatformTransactionManager>> managers) {
		this.transactions.setManagers(managers);
	}

	/**
	 * Set what to do after rows were merged, picked or taken back, such as clearing
	 * caches: in the transaction, and again when it has ended.
	 * @param actions the actions
	 */
	public void setAfterMerge(List<Runnable> actions) {
		this.merges.setAfterMerge(actions);
	}

	/**
	 * Set what is looked at before work in a branch: each may refuse it, because it keeps
	 * something in memory that would get from the branch into its parent.
	 * @param checks the checks
	 */
	public void setChecksBeforeWork(List<Runnable> checks) {
		this.checksBeforeWork = List.copyOf(checks);
	}

	@Override
	public Branch createTable(TableName source, TableName branch) {
		return create(command(source, branch, null)).first();
	}

	@Override
	public Branch createTable(TableName source, TableName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(command(source, branch, asOf)).first();
	}

	@Override
	public List<Branch> createDatabase(DatabaseName source, DatabaseName branch) {
		return create(command(source, branch, null)).tables();
	}

	@Override
	public List<Branch> createDatabase(DatabaseName source, DatabaseName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(command(source, branch, asOf)).tables();
	}

	/**
	 * Make a branch of a table for some work, without which it is deleted again.
	 */
	<T> T createTable(TableName source, TableName branch, Supplier<T> work) {
		return orUndone(create(command(source, branch, null)), work);
	}

	/**
	 * Make a branch of a database for some work, without which it is deleted again.
	 */
	<T> T createDatabase(DatabaseName source, DatabaseName branch, Supplier<T> work) {
		return orUndone(create(command(source, branch, null)), work);
	}

	private <T> T orUndone(FoundBranch made, Supplier<T> work) {
		try {
			return work.get();
		}
		catch (Throwable ex) {
			undo(made.deletion(), ex);
			throw ex;
		}
	}

	@Override
	public List<Branch> list() {
		this.executor.backend().requireBranches();
		return BranchQuery.read(this.executor.query(BranchQuery.ALL));
	}

	@Override
	public List<BranchAge> ages() {
		return BranchAgeQuery.read(list(), this.executor.query(BranchAgeQuery.ALL));
	}

	@Override
	public Optional<Branch> find(TableName branch) {
		TableName qualified = qualified(branch);
		return Optional.ofNullable(BranchQuery.find(list(), qualified));
	}

	@Override
	public Branch get(TableName branch) {
		return find(branch).orElseThrow(() -> BranchRules.notFound(branch));
	}

	@Override
	public void deleteTable(TableName branch) {
		TableName qualified = qualified(branch);
		CurrentTransaction transaction = this.executor.currentTransaction();
		FoundBranch found = FoundBranch.find(identified(), qualified).orElseThrow(() -> BranchRules.notFound(branch));
		delete(transaction, found.deletion(), qualified.toString());
	}

	@Override
	public void deleteDatabase(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		CurrentTransaction transaction = this.executor.currentTransaction();
		FoundBranch found = FoundBranch.find(identified(), branch).orElseThrow(() -> BranchRules.notFound(branch));
		delete(transaction, found.deletion(), branch.toString());
	}

	@Override
	public boolean deleteTable(Branch seen, BooleanSupplier condition) {
		Assert.notNull(seen, "The branch must not be null");
		Assert.notNull(condition, "The condition must not be null");
		return new BranchDeletion(this.executor, this::list, this.events).delete(
				new DeleteBranch(seen.table(), true, null), seen.table().toString(), List.of(seen),
				(all) -> Optional.ofNullable(BranchQuery.find(all, seen.table())).stream().toList(), condition);
	}

	@Override
	public boolean deleteDatabase(List<Branch> seen, BooleanSupplier condition) {
		Assert.notEmpty(seen, "There must be tables");
		Assert.notNull(condition, "The condition must not be null");
		DatabaseName branch = Objects.requireNonNull(seen.get(0).table().database());
		return new BranchDeletion(this.executor, this::list, this.events).delete(
				new DeleteDatabaseBranch(branch, true, null), branch.toString(), seen,
				(all) -> BranchQuery.of(all, branch), condition);
	}

	@Override
	public UnmergedChanges unmerged(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		return new UnmergedLook(this.executor::query, this.comparisons::of).of(found);
	}

	@Override
	public UnmergedChanges unmerged(DatabaseName branch) {
		List<Branch> tables = tablesOf(branch);
		this.executor.sendPendingChanges();
		return new UnmergedLook(this.executor::query, this.comparisons::of).of(branch, tables);
	}

	private void delete(@Nullable CurrentTransaction transaction, JournaledCommand command, String name) {
		if (transaction != null) {
			transaction.requireWritable();
		}
		this.events.before(Action.DELETE, List.of(name));
		if (transaction == null) {
			this.executor.join(command);
			this.events.after(Action.DELETE, List.of(name), List.of());
			return;
		}
		this.executor.afterCommit(transaction, command, (own) -> {
			own.execute(command);
			this.events.afterCommit(Action.DELETE, List.of(name));
			return true;
		}, (own) -> true);
	}

	@Override
	public <T extends @Nullable Object> T in(DatabaseName branch, Supplier<T> work) {
		Assert.notNull(work, "The work must not be null");
		this.checksBeforeWork.forEach(Runnable::run);
		BranchWork inBranch = new BranchWork(branch, tablesOf(branch));
		Runnable putBack = this.executor.putAside();
		try {
			return inBranch.in(this.executor.currentDatabase()).call(work);
		}
		finally {
			putBack.run();
		}
	}

	@Override
	public DatabaseDiff diff(DatabaseName branch) {
		return compare(branch, true);
	}

	/**
	 * Compare the branch of a database.
	 * @param rows whether the rows of tables that have a key are compared as well
	 */
	private DatabaseDiff compare(DatabaseName branch, boolean rows) {
		List<Branch> branches = tablesOf(branch).stream().filter((table) -> table.parent() != null).toList();
		this.executor.sendPendingChanges();
		DatabaseComparison comparison = new DatabaseComparison(branch, branches);
		for (Branch table : branches) {
			Rows columns = this.executor.query(TableColumns.of(table.table()));
			switch (comparison.kindOf(table, columns)) {
				case ROWS -> {
					if (rows) {
						comparison.changed(new BranchDiff(table, look(this.comparisons.mergeOf(table))));
					}
				}
				case WITHOUT_KEY -> comparison.changed(table, this.executor.query(RowComparison.countWithoutKey(table,
						columns, this.executor.query(TableColumns.atFirst(table)))));
				case SEQUENCE -> {
				}
			}
		}
		return comparison.diff(this.executor.query(comparison.allTables()));
	}

	@Override
	public List<MergeResult> merge(DatabaseDiff preview) {
		Assert.notNull(preview, "The preview must not be null");
		preview.requireComparable();
		return this.transactions.carryOut(() -> {
			compare(preview.branch(), false).requireComparable();
			List<MergeResult> results = merge(preview.tables());
			try {
				preview.sequences().forEach((sequence) -> this.merges.advance(sequence, get(sequence).requireParent()));
			}
			catch (Throwable ex) {
				this.executor.loseTransaction(BranchRules.notMovedOn(ex));
				throw ex;
			}
			return results;
		});
	}

	@Override
	public List<MergeResult> merge(List<BranchDiff> previews) {
		Assert.notNull(previews, "The previews must not be null");
		List<Branch> branches = previews.stream().map((preview) -> unmoved(preview.branch())).toList();
		branches.forEach(this::requireUnwritten);
		Map<TableName, BranchDiff> seen = BranchRules.byParent(previews, branches);
		return seen.isEmpty() ? List.of()
				: this.transactions.carryOut(() -> this.merges.carryOut(Action.MERGE, seen.keySet(), (table) -> {
					BranchDiff preview = Objects.requireNonNull(seen.get(table));
					return this.merges.takeAll(this.comparisons.mergeOf(unmoved(preview.branch())), preview.changes())
						.refuseConflicts();
				}));
	}

	@Override
	public List<MergeResult> publish(List<BranchDiff> reviewed) {
		Assert.notNull(reviewed, "The diffs must not be null");
		return publish(() -> merge(reviewed), reviewed);
	}

	@Override
	public List<MergeResult> publish(DatabaseDiff reviewed) {
		Assert.notNull(reviewed, "The diff must not be null");
		return publish(() -> merge(reviewed), reviewed.tables());
	}

	@Override
	public List<MergeResult> publish(DatabaseName branch, Runnable work) {
		Assert.notNull(work, "The work must not be null");
		this.executor.putAside().run();
		DatabaseName parent = this.executor.currentDatabase();
		Assert.state(parent != null, "The data source must name a database in its URL to work in a branch of it");
		checkedMerge().requireTransactions();
		FoundBranch made = create(command(parent, branch, null));
		try {
			in(branch, work);
		}
		catch (Throwable ex) {
			deleteAfter(ex, made, branch);
			throw ex;
		}
		List<MergeResult> results = publish(diff(branch));
		try {
			delete(null, made.deletion(), branch.toString());
		}
		catch (RuntimeException ex) {
			logger.warn("The branch " + branch + " was published and is still there: delete it yourself", ex);
		}
		return results;
	}

	private void deleteAfter(Throwable failure, FoundBranch made, DatabaseName branch) {
		try {
			delete(null, made.deletion(), branch.toString());
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private List<MergeResult> publish(Supplier<List<MergeResult>> merge, List<BranchDiff> merged) {
		return checkedMerge().carryOut(merge, merged);
	}

	private CheckedMerge checkedMerge() {
		return new CheckedMerge(this.executor, this.transactions, this.checks.get());
	}

	@Override
	public BranchDiff diff(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		return new BranchDiff(found, look(this.comparisons.mergeOf(found)));
	}

	@Override
	public void forEachChange(TableName branch, Consumer<RowChange> handler) {
		Assert.notNull(handler, "The handler must not be null");
		this.merges.forEach(comparison(branch), handler);
	}

	@Override
	public void forEachChange(TableName branch, Collection<ColumnName> columns, Consumer<RowChange> handler) {
		Assert.notNull(columns, "The columns must not be null");
		Assert.notNull(handler, "The handler must not be null");
		this.merges.forEach(comparison(branch).reading(columns), handler);
	}

	private RowComparison comparison(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		return this.comparisons.of(found);
	}

	@Override
	public long diffInto(TableName branch, TableName table) {
		Assert.notNull(table, "The table must not be null");
		if (this.executor.currentTransaction() != null) {
			throw BranchRules.savedInTransaction();
		}
		Branch found = get(branch);
		SaveDiff command = this.comparisons.of(found)
			.saved(found.table(), qualified(table), this.executor.query(Definitions.of(found.table())));
		this.executor.join(command);
		return this.executor.query(command.count()).first().map(Long::parseLong).orElseThrow();
	}

	@Override
	public SqlPatch patch(List<BranchDiff> diffs) {
		Assert.notNull(diffs, "The diffs must not be null");
		return patchOf(BranchRules.changes(diffs));
	}

	@Override
	public SqlPatch patch(DatabaseDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		diff.requireComparable();
		return patch(diff.tables());
	}

	@Override
	public SqlPatch patch(TableDiff diff) {
		Assert.notNull(diff, "The diff must not be null");
		return patchOf(BranchRules.changes(diff));
	}

	private SqlPatch patchOf(Map<TableName, List<RowChange>> changes) {
		if (changes.isEmpty()) {
			return new SqlPatch(List.of());
		}
		List<TableName> order = ForeignKeyOrder.sort(
				this.executor.query(ForeignKeyOrder.of(BranchRules.databases(changes.keySet()))),
				List.copyOf(changes.keySet()), Function.identity());
		List<TablePatch> tables = order.stream()
			.map((table) -> new TablePatch(table, this.executor.query(TableColumns.of(table)),
					this.executor.query(References.to(table)), Objects.requireNonNull(changes.get(table))))
			.toList();
		SessionZone zone = new SessionZone();
		tables.stream().flatMap(TablePatch::timestamps).forEach(zone::add);
		zone.require(zone.queries().stream().map(this.executor::query).toList());
		return new SqlPatch(tables);
	}

	@Override
	public void writePatch(TableName branch, TableName name, Appendable script) throws IOException {
		Assert.notNull(name, "The name of the table must not be null");
		Assert.notNull(script, "The script must not be null");
		RowComparison comparison = comparison(branch);
		TableName table = comparison.target();
		BranchRules.requireNoOrder(table, References.read(this.executor.query(References.to(table))));
		RowStatements rows = new RowStatements(table, name.quoted(), this.executor.query(TableColumns.of(table)));
		try (PatchScript patch = new PatchScript(table, rows)) {
			this.merges.forEach(comparison, patch::add);
			patch.zone().require(patch.zone().queries().stream().map(this.executor::query).toList());
			patch.writeTo(script);
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
	}

	@Override
	public BranchStatus status(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		return BranchRules.status(found, this.executor.query(this.comparisons.of(found).counts()));
	}

	@Override
	public List<MergeViolation> violations(List<BranchDiff> diffs) {
		Assert.notNull(diffs, "The diffs must not be null");
		this.executor.sendPendingChanges();
		Map<TableName, RowComparison> merged = new LinkedHashMap<>();
		diffs.forEach((diff) -> {
			Branch branch = unmoved(diff.branch());
			merged.put(branch.requireParent(), this.comparisons.of(branch));
		});
		if (merged.isEmpty()) {
			return List.of();
		}
		Set<DatabaseName> databases = BranchRules.databases(merged.keySet());
		List<ViolationQuery> keys = ViolationQuery.of(merged, this.executor.query(ViolationQuery.uniqueKeys(databases)),
				this.executor.query(ViolationQuery.foreignKeys(databases)));
		Stream<ViolationQuery> checks = merged.values()
			.stream()
			.flatMap((table) -> ViolationQuery.checks(table, this.executor.query(Definitions.of(table.target())))
				.stream());
		return Stream.concat(keys.stream(), checks).flatMap((query) -> violations(query).stream()).toList();
	}

	private List<MergeViolation> violations(ViolationQuery query) {
		try {
			return query.read(this.executor.query(query.sql()));
		}
		catch (BadSqlGrammarException ex) {
			throw query.failure(ex);
		}
	}

	@Override
	public MergeResult merge(TableName branch) {
		return merge(branch, RowMerge::refuseConflicts);
	}

	@Override
	public MergeResult merge(BranchDiff preview) {
		Assert.notNull(preview, "The preview must not be null");
		Branch branch = unmoved(preview.branch());
		requireUnwritten(branch);
		return this.transactions.carryOut(() -> this.merges.carryOut(Action.MERGE,
				this.merges.takeAll(this.comparisons.mergeOf(branch), preview.changes()).refuseConflicts()));
	}

	@Override
	public MergeResult pick(BranchDiff preview, Predicate<RowChange> rows) {
		Assert.notNull(preview, "The preview must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		List<RowChange> picked = preview.changes().stream().filter(rows).toList();
		Branch branch = unmoved(preview.branch());
		requireUnwritten(branch);
		return this.transactions.carryOut(
				() -> this.merges.carryOut(Action.MERGE, this.merges.take(this.comparisons.mergeOf(branch), picked)));
	}

	@Override
	public MergeResult rebase(TableName branch, TableName newBranch) {
		Assert.notNull(newBranch, "The new branch must not be null");
		return this.rebase.table(get(branch), newBranch,
				(merge) -> this.merges.takeAll(merge, null).refuseConflictsOfRebase());
	}

	@Override
	public MergeResult rebase(BranchDiff reviewed, TableName newBranch, Predicate<RowChange> rows) {
		Assert.notNull(reviewed, "The diff must not be null");
		Assert.notNull(newBranch, "The new branch must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		List<RowChange> chosen = reviewed.changes().stream().filter(rows).toList();
		return this.rebase.table(unmoved(reviewed.branch()), newBranch, (merge) -> this.merges.take(merge, chosen));
	}

	@Override
	public List<MergeResult> rebase(DatabaseName branch, DatabaseName newBranch) {
		Assert.notNull(newBranch, "The new branch must not be null");
		return this.rebase.database(diff(branch), parentOf(branch), newBranch,
				(merge, table) -> this.merges.takeAll(merge, null).refuseConflictsOfRebase());
	}

	@Override
	public List<MergeResult> rebase(DatabaseDiff reviewed, DatabaseName newBranch, Predicate<RowChange> rows) {
		Assert.notNull(reviewed, "The diff must not be null");
		Assert.notNull(newBranch, "The new branch must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		reviewed.tables().forEach((table) -> unmoved(table.branch()));
		return this.rebase.database(reviewed, parentOf(reviewed.branch()), newBranch,
				(merge, table) -> this.merges.take(merge, table.changes().stream().filter(rows).toList()));
	}

	private DatabaseName parentOf(DatabaseName branch) {
		return BranchRules.parentOf(branch, tablesOf(branch));
	}

	@Override
	public MergeResult mergeKeepingTarget(TableName branch) {
		return merge(branch, RowMerge::keepTarget);
	}

	@Override
	public MergeResult mergeTakingBranch(TableName branch) {
		return merge(branch, UnaryOperator.identity());
	}

	@Override
	public TableDiff diff(TableName table, AsOf since) {
		Assert.notNull(since, "The point in time must not be null");
		TableName qualified = qualified(table);
		this.executor.sendPendingChanges();
		List<RowChange> changes = look(this.comparisons.reversalOf(qualified, since));
		return new TableDiff(qualified, since, null, changes.stream().map(TableChange::of).toList());
	}

	@Override
	public long countChanges(TableName table, AsOf since) {
		Assert.notNull(since, "The point in time must not be null");
		TableName qualified = qualified(table);
		this.executor.sendPendingChanges();
		return BranchRules
			.sum(this.executor.query(this.comparisons.reversalOf(qualified, since).comparison().changeCounts()));
	}

	@Override
	public TableDiff diff(TableName table, AsOf since, AsOf until) {
		Assert.notNull(since, "The first point in time must not be null");
		Assert.notNull(until, "The second point in time must not be null");
		TableName qualified = qualified(table);
		this.executor.sendPendingChanges();
		List<RowChange> changes = this.comparisons.between(qualified, since, until, this.merges::look);
		return new TableDiff(qualified, since, until, changes.stream().map(TableChange::of).toList());
	}

	@Override
	public MergeResult revert(TableDiff diff, Predicate<TableChange> rows) {
		Assert.notNull(diff, "The diff must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		TableName table = diff.table();
		List<RowChange> reverse = diff.changes().stream().filter(rows).map(TableChange::reverse).toList();
		this.merges.requireUnwritten("The reversal of changes of " + table, List.of(table));
		return this.transactions.carryOut(() -> this.merges.carryOut(Action.REVERT,
				this.merges.take(this.comparisons.reversalOf(table, diff.since()), reverse)));
	}

	private static CreateDatabaseBranch command(DatabaseName source, DatabaseName branch, @Nullable AsOf asOf) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(branch, "The branch must not be null");
		return new CreateDatabaseBranch(source, branch, asOf);
	}

	private CreateBranch command(TableName source, TableName branch, @Nullable AsOf asOf) {
		this.executor.backend().requireBranches();
		return new CreateBranch(qualified(source), qualified(branch), asOf);
	}

	private FoundBranch create(CreateDatabaseBranch command) {
		DatabaseName source = command.source();
		AsOf asOf = command.asOf();
		this.executor.backend().requireBranches();
		CurrentTransaction transaction = this.executor.currentTransaction();
		String hint = (asOf != null) ? this.comparisons.hint(asOf, (snapshot) -> snapshot.requireHolds(source)) : "";
		if (this.executor.query(BranchQuery.hasTables(source, hint)).isEmpty()) {
			throw BranchRules.noTables(source, asOf);
		}
		if (!BranchQuery.of(list(), command.branch()).isEmpty()) {
			throw command.alreadyExists();
		}
		return make(transaction, command, command.branch().toString(),
				(all) -> FoundBranch.find(all, command.branch()));
	}

	private FoundBranch create(CreateBranch command) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (BranchQuery.find(list(), command.branch()) != null) {
			throw command.alreadyExists();
		}
		return make(transaction, command, command.branch().toString(),
				(all) -> FoundBranch.find(all, command.branch()));
	}

	/**
	 * Make a branch. A transaction that reads as of its beginning does not see it.
	 * @param find finds it among all branches
	 */
	private FoundBranch make(@Nullable CurrentTransaction transaction, UndoableCommand command, String name,
			Function<Rows, Optional<FoundBranch>> find) {
		if (transaction != null) {
			transaction.requireWritable();
		}
		this.events.before(Action.CREATE, List.of(name));
		Optional<FoundBranch> found;
		if (transaction == null) {
			this.executor.join(command);
			found = find.apply(identified());
		}
		else {
			Consumer<@Nullable Command> undone = transaction.beside(command,
					(activity) -> BranchRules.requireNothingWritten(activity, name));
			found = find.apply(identified())
				.or(() -> find.apply(this.executor.beside((own) -> own.query(FoundBranch.ALL))));
			undone.accept(found.map(FoundBranch::deletion).orElse(null));
		}
		FoundBranch made = found.orElseThrow(() -> BranchRules.deletedAtOnce(name));
		try {
			this.events.after(Action.CREATE, List.of(name), List.of());
		}
		catch (Throwable ex) {
			if (transaction == null) {
				undo(made.deletion(), ex);
			}
			throw ex;
		}
		return made;
	}

	private Rows identified() {
		this.executor.backend().requireBranches();
		return this.executor.query(FoundBranch.ALL);
	}

	private void undo(Command undo, Throwable failure) {
		try {
			this.executor.beside(undo);
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private List<Branch> tablesOf(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		List<Branch> tables = BranchQuery.of(list(), branch);
		if (tables.isEmpty()) {
			throw BranchRules.notFound(branch);
		}
		return tables;
	}

	private Branch unmoved(Branch seen) {
		return BranchRules.requireUnmoved(seen, get(seen.table()));
	}

	private MergeResult merge(TableName branch, UnaryOperator<RowMerge> conflicts) {
		Branch found = get(branch);
		requireUnwritten(found);
		return this.transactions.carryOut(() -> this.merges.carryOut(Action.MERGE,
				conflicts.apply(this.merges.takeAll(this.comparisons.mergeOf(found), null))));
	}

	private List<RowChange> look(RowMerge merge) {
		return this.merges.look(merge.comparison());
	}

	private void requireUnwritten(Branch branch) {
		this.merges.requireUnwritten("The merge of " + branch.table(), List.of(branch.table(), branch.requireParent()));
	}

	private TableName qualified(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return this.executor.qualified(table);
	}

}
