package io.github.matrixone.spring.branch;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.BranchRetentionPlan.Decision;
import io.github.matrixone.spring.branch.BranchRetentionPlan.Reason;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Deletes old branches by {@linkplain BranchRetentionPolicy policies}, or when the
 * {@linkplain BranchNote note} on them says so. Branches to which neither applies are
 * never touched, and those with changes that their parents do not have only where the
 * policy says so. Several may be at work at the same time: one that another has deleted
 * is no error. Thread-safe.
 *
 * <pre class="code">
 * BranchRetention retention = new BranchRetention(branches,
 * 		List.of(BranchRetentionPolicy.databases("review_", Duration.ofDays(30))));
 * retention.prune();
 * </pre>
 *
 * @since 0.1
 */
public class BranchRetention {

	private static final Log logger = LogFactory.getLog(BranchRetention.class);

	private final BranchOperations branches;

	private final List<BranchRetentionPolicy> policies;

	private final Clock clock;

	private final @Nullable BranchNotes notes;

	/** Of what was warned, so that it is told once. */
	private volatile Set<String> told = Set.of();

	/**
	 * Create a retention by the clock of this process. The age of a branch is the
	 * difference to the server's clock, which has the point in time
	 * {@linkplain BranchAge#madeAt() when it was made}.
	 * @param branches lists, compares and deletes the branches
	 * @param policies the policies, each for other names
	 */
	public BranchRetention(BranchOperations branches, Collection<BranchRetentionPolicy> policies) {
		this(branches, policies, Clock.systemUTC());
	}

	/**
	 * Create a retention.
	 * @param branches lists, compares and deletes the branches
	 * @param policies the policies, each for other names
	 * @param clock tells what is old
	 */
	public BranchRetention(BranchOperations branches, Collection<BranchRetentionPolicy> policies, Clock clock) {
		this(branches, policies, clock, null);
	}

	/**
	 * Create a retention that goes by the {@linkplain BranchNote#keepUntil() time to
	 * live} of branches as well: one that has it goes then, whatever the policies say of
	 * its age, and also where none applies, after a warning a day before. What a policy
	 * protects stays.
	 * @param branches lists, compares and deletes the branches
	 * @param policies the policies, each for other names
	 * @param clock tells what is old
	 * @param notes the notes on the branches, or {@code null} if there are none
	 */
	public BranchRetention(BranchOperations branches, Collection<BranchRetentionPolicy> policies, Clock clock,
			@Nullable BranchNotes notes) {
		Assert.notNull(branches, "The branches must not be null");
		Assert.notNull(policies, "The policies must not be null");
		Assert.notNull(clock, "The clock must not be null");
		Assert.isTrue(policies.stream()
			.map((policy) -> policy.database() + " " + policy.namePrefix())
			.distinct()
			.count() == policies.size(), () -> "Several policies have the same prefix: " + policies);
		this.branches = branches;
		this.policies = List.copyOf(policies);
		this.clock = clock;
		this.notes = notes;
	}

	/**
	 * Say what {@link #prune} would do now, and why. Reads the branches from
	 * {@code mo_catalog} and compares those that are old enough to go with their parents,
	 * by {@code SELECT}s that count rows; locks and changes nothing.
	 * @return the plan
	 */
	public BranchRetentionPlan plan() {
		Instant now = this.clock.instant();
		List<BranchAge> ages = this.branches.ages();
		List<Branch> all = ages.stream().map(BranchAge::branch).toList();
		Map<String, BranchNote> notes = noted();
		Map<String, List<BranchAge>> groups = ages.stream()
			.collect(Collectors.groupingBy(BranchRetention::group, LinkedHashMap::new, Collectors.toList()));
		List<Decision> decisions = new ArrayList<>();
		groups.values().forEach((group) -> {
			Decision decision = decide(group, all, notes.get(group.get(0).branch().id()), now);
			if (decision != null) {
				decisions.add(decision);
			}
		});
		decisions.sort(Comparator.comparing(Decision::madeAt));
		return new BranchRetentionPlan(now, decisions);
	}

	/**
	 * Delete what has expired, the oldest first, and warn in the log of what is about to,
	 * and of what stays though it is old: each once, for as long as this object is there.
	 *
	 * <p>
	 * Each is deleted as
	 * {@link BranchOperations#deleteTable(Branch, java.util.function.BooleanSupplier)}
	 * does: {@code BEGIN} and {@code DATA BRANCH DELETE}, which wait for those who are
	 * writing and keep others from it, then the comparison, from another connection, and
	 * {@code COMMIT} only if there is still nothing to lose, else {@code ROLLBACK}. A
	 * branch that has got the name of the one that was looked at stays, and so does one
	 * whose writers do not end within the server's limit for locks, or whose deletion a
	 * listener to the {@link BranchEvent} before prevents, by an exception that is none
	 * of data access.
	 *
	 * <p>
	 * Refused in a transaction.
	 * @return what this call has deleted
	 * @throws NotAllowedInTransactionException in a transaction
	 * @throws io.github.matrixone.spring.dao.MissingPrivilegeException if the user may
	 * not delete branches; what was deleted before stays deleted
	 */
	public List<Decision> prune() {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new NotAllowedInTransactionException("Branches are not pruned in a transaction: each is looked at "
					+ "again in one of its own. Call it from a method without @Transactional");
		}
		BranchRetentionPlan plan = plan();
		tell(plan);
		List<Decision> deleted = new ArrayList<>();
		for (Decision expired : plan.expired()) {
			if (delete(expired)) {
				logger.info("Deleted the branch " + expired.name() + ", made at " + expired.madeAt());
				deleted.add(expired);
			}
		}
		return deleted;
	}

	private boolean delete(Decision expired) {
		DatabaseName database = expired.database();
		boolean always = expired.isAlsoUnmerged();
		try {
			if (database != null) {
				return this.branches.deleteDatabase(expired.tables(),
						() -> isStillOver(expired) && (always || this.branches.unmerged(database).isEmpty()));
			}
			Branch branch = expired.tables().get(0);
			return this.branches.deleteTable(branch,
					() -> isStillOver(expired) && (always || this.branches.unmerged(branch.table()).isEmpty()));
		}
		catch (ConcurrencyFailureException ex) {
			logger.info("The branch " + expired.name() + " stays until the next time, because it is being written to: "
					+ ex.getMessage());
			return false;
		}
		catch (BranchNotFoundException ex) {
			logger.warn("The branch " + expired.name() + " stays: " + ex.getMessage());
			return false;
		}
		catch (DataAccessException | TransactionException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			logger.warn("A listener to the deletion of the branch " + expired.name()
					+ " has failed. The branch stays, unless it was one to the event after", ex);
			return false;
		}
	}

	private Map<String, BranchNote> noted() {
		Map<String, BranchNote> noted = new HashMap<>();
		if (this.notes != null) {
			this.notes.all().forEach((branch, note) -> noted.put(branch.id(), note));
		}
		return noted;
	}

	/**
	 * Somebody may have noted another time since the branches were looked at.
	 */
	private boolean isStillOver(Decision expired) {
		BranchNote note = noted().get(expired.tables().get(0).id());
		Instant keepUntil = (note != null) ? note.keepUntil() : null;
		return (keepUntil != null) ? this.clock.instant().isAfter(keepUntil) : !expired.isByNote();
	}

	private void tell(BranchRetentionPlan plan) {
		Set<String> told = new HashSet<>();
		for (Decision decision : plan.decisions()) {
			if (decision.reason() == Reason.EXPIRING || decision.reason() == Reason.UNMERGED
					|| decision.reason() == Reason.PARENT) {
				String key = decision.reason() + decision.tables().get(0).id();
				told.add(key);
				if (!this.told.contains(key)) {
					logger.warn(decision.explanation());
				}
			}
		}
		this.told = Set.copyOf(told);
	}

	/**
	 * Decide. The time on the note decides, or the policy with the longest prefix, and
	 * any policy that applies can protect it.
	 */
	private @Nullable Decision decide(List<BranchAge> group, List<Branch> all, @Nullable BranchNote note, Instant now) {
		List<Branch> tables = group.stream().map(BranchAge::branch).toList();
		Branch first = tables.get(0);
		List<BranchRetentionPolicy> applying = this.policies.stream().filter((each) -> each.appliesTo(first)).toList();
		BranchRetentionPolicy policy = applying.stream()
			.max(Comparator.comparingInt((each) -> each.namePrefix().length()))
			.orElse(null);
		if (policy == null && (note == null || note.keepUntil() == null)) {
			return null;
		}
		Instant madeAt = group.stream().map(BranchAge::madeAt).max(Comparator.naturalOrder()).orElseThrow();
		Decision decision = new Decision(tables, madeAt, policy, note, Reason.EXPIRED, null);
		if (applying.stream().anyMatch((each) -> each.protects(first))) {
			return decision.with(Reason.PROTECTED);
		}
		if (!now.isAfter(decision.expiresAt())) {
			return decision.with(decision.isNear(now) ? Reason.EXPIRING : Reason.YOUNG);
		}
		if (!BranchRules.childrenOf(tables, all).isEmpty()) {
			return decision.with(Reason.PARENT);
		}
		return decision.isAlsoUnmerged() ? decision : compared(decision);
	}

	private @Nullable Decision compared(Decision decision) {
		Branch first = decision.tables().get(0);
		TableName table = first.table();
		UnmergedChanges unmerged;
		try {
			unmerged = first.ofDatabase() ? this.branches.unmerged(Objects.requireNonNull(table.database()))
					: this.branches.unmerged(table);
		}
		catch (BranchNotFoundException ex) {
			logger.debug("A branch has gone meanwhile", ex);
			return null;
		}
		catch (DataAccessException ex) {
			unmerged = new UnmergedChanges(0, Map.of(table, "could not be compared: " + ex.getMessage()));
		}
		return decision.with(unmerged);
	}

	private static String group(BranchAge age) {
		Branch branch = age.branch();
		return branch.ofDatabase() ? "database " + Objects.requireNonNull(branch.table().database()).normalized()
				: "table " + branch.id();
	}

}
