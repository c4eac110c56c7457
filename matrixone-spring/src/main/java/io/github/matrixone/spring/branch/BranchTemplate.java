package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Central implementation of {@link BranchOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class BranchTemplate implements BranchOperations, ApplicationEventPublisherAware {

	private final CommandExecutor executor;

	private BranchEvents events = new BranchEvents(null);

	private Supplier<List<BranchCheck>> checks = List::of;

	private Supplier<? extends @Nullable PlatformTransactionManager> transactionManager = () -> null;

	private List<Runnable> checksBeforeWork = List.of();

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public BranchTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	/**
	 * Set who tells listeners of {@link BranchEvent}s.
	 * @param publisher the publisher
	 */
	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		this.events = new BranchEvents(publisher);
	}

	/**
	 * Set the checks of {@link #publish(List)}.
	 * @param checks gives the checks in their order, when something is published
	 */
	public void setChecks(Supplier<List<BranchCheck>> checks) {
		this.checks = checks;
	}

	/**
	 * Set what begins the transaction of {@link #publish(List)}, so that checks can use
	 * JPA in it.
	 * @param transactionManager gives the application's transaction manager when
	 * something is published, or {@code null} for transactions of JDBC
	 */
	public void setTransactionManager(Supplier<? extends @Nullable PlatformTransactionManager> transactionManager) {
		this.transactionManager = transactionManager;
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
		return create(source, branch, null);
	}

	@Override
	public Branch createTable(TableName source, TableName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(source, branch, asOf);
	}

	@Override
	public List<Branch> createDatabase(DatabaseName source, DatabaseName branch) {
		return create(source, branch, null);
	}

	@Override
	public List<Branch> createDatabase(DatabaseName source, DatabaseName branch, AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return create(source, branch, asOf);
	}

	@Override
	public List<Branch> list() {
		this.executor.backend().requireBranches();
		return BranchQuery.read(this.executor.query(BranchQuery.ALL));
	}

	@Override
	public Optional<Branch> find(TableName branch) {
		TableName qualified = qualified(branch);
		return Optional.ofNullable(BranchQuery.find(list(), qualified));
	}

	@Override
	public Branch get(TableName branch) {
		return find(branch).orElseThrow(() -> new BranchNotFoundException(
				"There is no branch " + branch + ": no table of that name is one, or was ever one"));
	}

	@Override
	public void deleteTable(TableName branch) {
		Branch found = get(branch);
		CurrentTransaction transaction = this.executor.currentTransaction();
		delete(transaction, new DeleteBranch(found.table(), transaction != null, found.id()), found.table().toString());
	}

	@Override
	public void deleteDatabase(DatabaseName branch) {
		Branch table = tablesOf(branch).get(0);
		CurrentTransaction transaction = this.executor.currentTransaction();
		delete(transaction, new DeleteDatabaseBranch(branch, transaction != null, table.id()), branch.toString());
	}

	private void delete(@Nullable CurrentTransaction transaction, JournaledCommand command, String name) {
		this.events.before(Action.DELETE, List.of(name));
		if (transaction == null) {
			this.executor.join(command);
			this.events.after(Action.DELETE, List.of(name), List.of());
			return;
		}
		this.executor.afterCommit(transaction, command, (own) -> {
			own.execute(command);
			this.events.after(Action.DELETE, List.of(name), List.of());
			return true;
		}, (own) -> true);
	}

	@Override
	public <T extends @Nullable Object> T in(DatabaseName branch, Supplier<T> work) {
		Assert.notNull(work, "The work must not be null");
		this.checksBeforeWork.forEach(Runnable::run);
		return new BranchWork(this.executor, branch, tablesOf(branch)).call(work);
	}

	@Override
	public DatabaseDiff diff(DatabaseName branch) {
		List<Branch> branches = tablesOf(branch).stream().filter((table) -> table.parent() != null).toList();
		this.executor.sendPendingChanges();
		List<BranchDiff> tables = new ArrayList<>();
		List<TableName> sequences = new ArrayList<>();
		List<TableName> changedWithoutKey = new ArrayList<>();
		for (Branch table : branches) {
			Rows columns = this.executor.query(RowComparison.columnsOf(table.table()));
			if (RowComparison.hasKey(columns)) {
				tables.add(new BranchDiff(table, mergeOf(table).look()));
			}
			else if (AdvanceSequence.isSequence(columns)) {
				sequences.add(table.table());
			}
			else if (!this.executor.query(RowComparison.countWithoutKey(table)).first().equals(Optional.of("0"))) {
				changedWithoutKey.add(table.table());
			}
		}
		Map<Boolean, List<TableName>> others = ofOneSide(branch, branches);
		return new DatabaseDiff(branch, tables, changedWithoutKey, sequences, others.getOrDefault(true, List.of()),
				others.getOrDefault(false, List.of()));
	}

	/**
	 * Return the tables that are on one side only, by whether that is the branch.
	 */
	private Map<Boolean, List<TableName>> ofOneSide(DatabaseName branch, List<Branch> branches) {
		Set<TableName> compared = new HashSet<>();
		branches.forEach((table) -> compared.addAll(List.of(table.table(), table.requireParent())));
		DatabaseName parent = branches.stream()
			.map((table) -> Objects.requireNonNull(table.requireParent().database()))
			.findFirst()
			.orElse(branch);
		Map<Boolean, List<TableName>> others = new HashMap<>();
		for (List<@Nullable String> row : this.executor.query(BranchQuery.tablesOf(branch, parent)).values()) {
			TableName table = TableName.of(String.valueOf(row.get(0)), String.valueOf(row.get(1)));
			if (!compared.contains(table)) {
				others.computeIfAbsent(branch.equals(table.database()), (ofBranch) -> new ArrayList<>()).add(table);
			}
		}
		return others;
	}

	@Override
	public List<MergeResult> merge(DatabaseDiff preview) {
		Assert.notNull(preview, "The preview must not be null");
		preview.requireComparable();
		return this.executor.inTransaction(() -> {
			List<MergeResult> results = merge(preview.tables());
			preview.sequences().forEach((sequence) -> advance(get(sequence)));
			return results;
		});
	}

	/**
	 * Ids that were taken on the branch must not be taken again in the parent.
	 */
	private void advance(Branch sequence) {
		this.executor.query(AdvanceSequence.next(sequence.table()))
			.first()
			.ifPresent(
					(next) -> this.executor.join(new AdvanceSequence(sequence.requireParent(), Long.parseLong(next))));
	}

	@Override
	public List<MergeResult> merge(List<BranchDiff> previews) {
		Assert.notNull(previews, "The previews must not be null");
		Map<TableName, BranchDiff> seen = new LinkedHashMap<>();
		for (BranchDiff preview : previews) {
			Branch branch = unmoved(preview.branch());
			requireUnwritten(branch);
			Assert.isTrue(seen.put(branch.requireParent(), preview) == null,
					() -> "Two branches of " + branch.requireParent() + " cannot be merged as one");
		}
		if (seen.isEmpty()) {
			return List.of();
		}
		return this.executor.inTransaction(() -> merge(seen));
	}

	private List<MergeResult> merge(Map<TableName, BranchDiff> seen) {
		Set<DatabaseName> databases = seen.keySet()
			.stream()
			.map((table) -> Objects.requireNonNull(table.database()))
			.collect(Collectors.toSet());
		List<TableName> order = ForeignKeyOrder.sort(this.executor.query(ForeignKeyOrder.of(databases)),
				List.copyOf(seen.keySet()), Function.identity());
		List<RowMerge> merges = order.stream()
			.map((table) -> Objects.requireNonNull(seen.get(table)))
			.map((preview) -> mergeOf(unmoved(preview.branch())).ofAll(preview.changes()).refuseConflicts())
			.toList();
		Map<TableName, MergeResult> results = new HashMap<>();
		List<MergeResult> done = carryOut(Action.MERGE, merges);
		for (int i = 0; i < done.size(); i++) {
			results.put(order.get(i), done.get(i));
		}
		return seen.keySet().stream().map((table) -> Objects.requireNonNull(results.get(table))).toList();
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
		createDatabase(parent, branch);
		try {
			in(branch, work);
		}
		catch (RuntimeException | Error ex) {
			deleteAfter(ex, branch);
			throw ex;
		}
		List<MergeResult> results = publish(diff(branch));
		deleteDatabase(branch);
		return results;
	}

	private void deleteAfter(Throwable failure, DatabaseName branch) {
		try {
			deleteDatabase(branch);
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private List<MergeResult> publish(Supplier<List<MergeResult>> merge, List<BranchDiff> merged) {
		return new CheckedMerge(this.executor, this.transactionManager.get(), this.checks.get()).carryOut(merge,
				merged);
	}

	@Override
	public BranchDiff diff(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		return new BranchDiff(found, mergeOf(found).look());
	}

	@Override
	public BranchStatus status(TableName branch) {
		Branch found = get(branch);
		this.executor.sendPendingChanges();
		Rows counts = this.executor.query(comparison(found).counts());
		return new BranchStatus(found, count(counts, 0), count(counts, 1), count(counts, 2));
	}

	private static long count(Rows counts, int column) {
		return Long.parseLong(Objects.requireNonNull(counts.values().get(0).get(column)));
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
		return this.executor.inTransaction(() -> carryOut(mergeOf(branch).ofAll(preview.changes()).refuseConflicts()));
	}

	@Override
	public MergeResult pick(BranchDiff preview, Predicate<RowChange> rows) {
		Assert.notNull(preview, "The preview must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		List<RowChange> picked = preview.changes().stream().filter(rows).toList();
		Branch branch = unmoved(preview.branch());
		requireUnwritten(branch);
		return this.executor.inTransaction(() -> carryOut(mergeOf(branch).of(picked)));
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
		List<RowChange> changes = reversalOf(qualified, since).look();
		return new TableDiff(qualified, since, changes.stream().map(TableChange::of).toList());
	}

	@Override
	public MergeResult revert(TableDiff diff, Predicate<TableChange> rows) {
		Assert.notNull(diff, "The diff must not be null");
		Assert.notNull(rows, "The predicate must not be null");
		TableName table = diff.table();
		List<RowChange> reverse = diff.changes().stream().filter(rows).map(TableChange::reverse).toList();
		requireUnwritten("The reversal of changes of " + table, table);
		return this.executor
			.inTransaction(() -> carryOut(Action.REVERT, List.of(reversalOf(table, diff.since()).of(reverse))).get(0));
	}

	private RowMerge reversalOf(TableName table, AsOf since) {
		this.executor.backend().requireBranches();
		Rows now = this.executor.query(RowComparison.columnsOf(table));
		if (now.isEmpty()) {
			throw new TableNotFoundException("There is no table " + table);
		}
		String hint = hint(since, (snapshot) -> snapshot.requireHolds(table));
		Rows before = this.executor.query(RowComparison.columnsAt(table, hint));
		return new RowMerge(this.executor, RowComparison.ofPast(table, hint, now, before), List.of(table));
	}

	/**
	 * Return the hint for a point in time. A catalog cannot be read by the name of a
	 * snapshot on newer servers, and the clock of this machine may be behind.
	 */
	private String hint(AsOf asOf, Consumer<Snapshot> check) {
		SnapshotName name = asOf.snapshot();
		if (name == null) {
			return asOf.hint();
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		Snapshot snapshot = query.get(this.executor.query(query.statement()));
		check.accept(snapshot);
		return Branch.hint(snapshot.createdAt());
	}

	private List<Branch> create(DatabaseName source, DatabaseName branch, @Nullable AsOf asOf) {
		Assert.notNull(source, "The source must not be null");
		Assert.notNull(branch, "The branch must not be null");
		this.executor.backend().requireBranches();
		CreateDatabaseBranch command = new CreateDatabaseBranch(source, branch, asOf);
		CurrentTransaction transaction = this.executor.currentTransaction();
		String hint = (asOf != null) ? hint(asOf, (snapshot) -> snapshot.requireHolds(source)) : "";
		// The server would make an empty database.
		if (this.executor.query(BranchQuery.hasTables(source, hint)).isEmpty()) {
			throw new DatabaseNotFoundException("There is no database " + source + " with tables"
					+ ((asOf != null) ? " at " + asOf : "") + " to make a branch of");
		}
		if (!BranchQuery.of(list(), branch).isEmpty()) {
			throw command.alreadyExists();
		}
		make(transaction, command, branch.toString());
		return tablesOf(branch);
	}

	private void make(@Nullable CurrentTransaction transaction, UndoableCommand command, String name) {
		this.events.before(Action.CREATE, List.of(name));
		if (transaction == null) {
			this.executor.join(command);
		}
		else {
			transaction.beside(command, (activity) -> requireNothingWritten(activity, name));
		}
		this.events.after(Action.CREATE, List.of(name), List.of());
	}

	private List<Branch> tablesOf(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		List<Branch> tables = BranchQuery.of(list(), branch);
		if (tables.isEmpty()) {
			throw new BranchNotFoundException(
					"There is no branch " + branch + ": no database of that name is one with tables left");
		}
		return tables;
	}

	private Branch create(TableName source, TableName branch, @Nullable AsOf asOf) {
		this.executor.backend().requireBranches();
		CreateBranch command = new CreateBranch(qualified(source), qualified(branch), asOf);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (BranchQuery.find(list(), command.branch()) != null) {
			throw command.alreadyExists();
		}
		make(transaction, command, command.branch().toString());
		return get(command.branch());
	}

	/**
	 * Another branch may have the name by now.
	 */
	private Branch unmoved(Branch seen) {
		Branch branch = get(seen.table());
		if (!branch.id().equals(seen.id())) {
			throw new BranchConflictException(
					seen.table() + " is another branch than the one that was looked at. Look at it with diff again");
		}
		return branch;
	}

	private static void requireNothingWritten(TransactionHistory activity, String branch) {
		if (activity.hasWritten()) {
			throw new UncommittedChangesException("Branch " + branch
					+ " is refused: this transaction has written, and a branch made now could not hold these writes. Make "
					+ "it before the first write, or outside of the transaction");
		}
	}

	private MergeResult merge(TableName branch, UnaryOperator<RowMerge> conflicts) {
		Branch found = get(branch);
		requireUnwritten(found);
		return this.executor.inTransaction(() -> carryOut(conflicts.apply(mergeOf(found).ofAll(null))));
	}

	private MergeResult carryOut(RowMerge merge) {
		return carryOut(Action.MERGE, List.of(merge)).get(0);
	}

	private List<MergeResult> carryOut(Action action, List<RowMerge> merges) {
		return this.events.around(action, merges.stream().map(RowMerge::name).toList(),
				() -> RowMerge.carryOut(this.executor, merges), Function.identity());
	}

	/**
	 * What a transaction has written itself it may read with other values in place of
	 * nulls, and would merge these.
	 */
	private void requireUnwritten(String what, TableName... tables) {
		CurrentTransaction transaction = this.executor.currentTransaction();
		TransactionHistory history = (transaction != null) ? transaction.activity() : null;
		if (history != null && Stream.of(tables).anyMatch(history::hasWritten)) {
			throw new UncommittedChangesException(what + " is refused: this transaction has written to "
					+ Stream.of(tables).map(TableName::toString).collect(Collectors.joining(" or "))
					+ ", or may have, and the server may read nulls that a transaction has written as 0 or as an empty "
					+ "text in it. Commit before it");
		}
	}

	private void requireUnwritten(Branch branch) {
		requireUnwritten("The merge of " + branch.table(), branch.table(), branch.requireParent());
	}

	private RowMerge mergeOf(Branch branch) {
		return new RowMerge(this.executor, comparison(branch), List.of(branch.table(), branch.requireParent()));
	}

	private RowComparison comparison(Branch branch) {
		return RowComparison.of(branch, this.executor.query(RowComparison.columnsOf(branch.table())),
				this.executor.query(RowComparison.columnsOf(branch.requireParent())),
				this.executor.query(RowComparison.columnsAtFirst(branch)));
	}

	private TableName qualified(TableName table) {
		Assert.notNull(table, "The table must not be null");
		return this.executor.qualified(table);
	}

}
