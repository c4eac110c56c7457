package io.github.matrixone.spring.snapshot;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;

/**
 * Drops old snapshots by {@linkplain RetentionPolicy policies}. Those that the server has
 * made for itself, and those to which no policy applies, are never touched. Several may
 * be at work at the same time: one that another has dropped is no error. Thread-safe.
 *
 * <pre class="code">
 * SnapshotRetention retention = new SnapshotRetention(snapshots,
 * 		List.of(RetentionPolicy.of("nightly_", Duration.ofDays(30)).keepAtLeast(7)));
 * retention.prune();
 * </pre>
 *
 * @since 0.1
 */
public class SnapshotRetention {

	private static final Log logger = LogFactory.getLog(SnapshotRetention.class);

	private final SnapshotOperations snapshots;

	private final List<RetentionPolicy> policies;

	private final Clock clock;

	/**
	 * Create a retention by the clock of this process. The age of a snapshot is the
	 * difference to the server's clock, which has its {@link Snapshot#createdAt() point
	 * in time}.
	 * @param snapshots lists and drops the snapshots
	 * @param policies the policies, each with another prefix
	 */
	public SnapshotRetention(SnapshotOperations snapshots, Collection<RetentionPolicy> policies) {
		this(snapshots, policies, Clock.systemUTC());
	}

	/**
	 * Create a retention.
	 * @param snapshots lists and drops the snapshots
	 * @param policies the policies, each with another prefix
	 * @param clock tells what is old
	 */
	public SnapshotRetention(SnapshotOperations snapshots, Collection<RetentionPolicy> policies, Clock clock) {
		Assert.notNull(snapshots, "The snapshots must not be null");
		Assert.notNull(policies, "The policies must not be null");
		Assert.notNull(clock, "The clock must not be null");
		Assert.isTrue(policies.stream().map(RetentionPolicy::namePrefix).distinct().count() == policies.size(),
				() -> "Several policies have the same prefix: " + policies);
		this.snapshots = snapshots;
		this.policies = List.copyOf(policies);
		this.clock = clock;
	}

	/**
	 * Say what {@link #prune} would do now, and why. Reads
	 * {@code mo_catalog.mo_snapshots} once, in a transaction on its connection; changes
	 * nothing.
	 * @return the plan
	 */
	public RetentionPlan plan() {
		return RetentionPlan.of(this.snapshots.list(), this.policies, this.clock.instant());
	}

	/**
	 * Drop what has expired, the oldest first, with {@code DROP SNAPSHOT n}. Before each
	 * drop the snapshots are read and everything is decided anew: a snapshot that has got
	 * the name of an old one meanwhile stays, and so do the newest ones where others were
	 * dropped by hand. The server has no drop by time: a name that is dropped and taken
	 * again between that look and the drop, two statements in a row, is not told apart.
	 * <p>
	 * Refused in a transaction, where drops would follow its commit without a look.
	 * @return what this call has dropped; of several at work at the same time more than
	 * one can have the same snapshot, because the server tells both that it is done
	 * @throws NotAllowedInTransactionException in a transaction
	 * @throws io.github.matrixone.spring.dao.MissingPrivilegeException if the user may
	 * not drop snapshots; what was dropped before stays dropped
	 */
	public List<Snapshot> prune() {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new NotAllowedInTransactionException("Snapshots are not pruned in a transaction: what expires is "
					+ "looked at again before each drop, and in a transaction drops follow its commit. Call it from a "
					+ "method without @Transactional");
		}
		List<Snapshot> dropped = new ArrayList<>();
		List<Snapshot> expired = new ArrayList<>(plan().expired());
		while (!expired.isEmpty()) {
			Snapshot oldest = expired.remove(expired.size() - 1);
			if (plan().expired().contains(oldest) && this.snapshots.dropIfExists(oldest.name())) {
				logger.info("Dropped snapshot " + oldest.name() + " of " + oldest.scope() + ", taken at "
						+ oldest.createdAt());
				dropped.add(oldest);
			}
		}
		return dropped;
	}

}
