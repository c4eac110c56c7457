package io.github.matrixone.spring.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What policies say of snapshots at a point in time.
 *
 * @param at the point in time
 * @param decisions what becomes of each snapshot that a policy applies to, the latest
 * first
 * @since 0.1
 */
public record RetentionPlan(Instant at, List<Decision> decisions) {

	/**
	 * Decide. For each snapshot the policy with the longest prefix decides, and any
	 * policy that applies can protect it.
	 * @param snapshots all snapshots
	 * @param policies the policies
	 * @param at the point in time
	 * @return the plan
	 */
	static RetentionPlan of(Collection<Snapshot> snapshots, Collection<RetentionPolicy> policies, Instant at) {
		List<Decision> decisions = new ArrayList<>();
		Map<String, Map<SnapshotScope, Integer>> newer = new HashMap<>();
		for (Snapshot snapshot : latestFirst(snapshots)) {
			List<RetentionPolicy> applying = policies.stream().filter((policy) -> policy.appliesTo(snapshot)).toList();
			Optional<RetentionPolicy> deciding = applying.stream()
				.max(Comparator.comparingInt((policy) -> policy.namePrefix().length()));
			if (deciding.isEmpty()) {
				continue;
			}
			RetentionPolicy policy = deciding.get();
			if (applying.stream().anyMatch((each) -> each.protects(snapshot))) {
				decisions.add(new Decision(snapshot, policy, Reason.PROTECTED));
				continue;
			}
			Instant end = snapshot.name().end();
			if (end != null) {
				decisions.add(new Decision(snapshot, policy, at.isBefore(end) ? Reason.BEFORE_END : Reason.EXPIRED));
				continue;
			}
			int place = newer.computeIfAbsent(policy.namePrefix(), (prefix) -> new HashMap<>())
				.merge(snapshot.scope(), 1, Integer::sum);
			decisions.add(new Decision(snapshot, policy, reason(snapshot, policy, place, at)));
		}
		return new RetentionPlan(at, List.copyOf(decisions));
	}

	private static List<Snapshot> latestFirst(Collection<Snapshot> snapshots) {
		return snapshots.stream().sorted(Comparator.comparing(Snapshot::createdAt).reversed()).toList();
	}

	private static Reason reason(Snapshot snapshot, RetentionPolicy policy, int place, Instant at) {
		if (Duration.between(snapshot.createdAt(), at).compareTo(policy.maxAge()) <= 0) {
			return Reason.YOUNG;
		}
		return (place <= policy.keepAtLeast()) ? Reason.AMONG_NEWEST : Reason.EXPIRED;
	}

	/**
	 * Return the snapshots that would go.
	 * @return the snapshots, the latest first
	 */
	public List<Snapshot> expired() {
		return this.decisions.stream()
			.filter((decision) -> decision.reason() == Reason.EXPIRED)
			.map(Decision::snapshot)
			.toList();
	}

	/**
	 * What becomes of a snapshot.
	 *
	 * @param snapshot the snapshot
	 * @param policy the policy that decides
	 * @param reason why it goes or stays
	 */
	public record Decision(Snapshot snapshot, RetentionPolicy policy, Reason reason) {

		/**
		 * Return whether the snapshot would go.
		 * @return whether it would
		 */
		public boolean isDrop() {
			return this.reason == Reason.EXPIRED;
		}

	}

	/**
	 * Why a snapshot goes or stays.
	 */
	public enum Reason {

		/** It goes: it is older than the greatest age, or has come to its end. */
		EXPIRED,

		/** It stays: its name says a later end. */
		BEFORE_END,

		/** It stays: it is not older than the greatest age. */
		YOUNG,

		/** It stays, though it is older: it is among the newest ones of what it holds. */
		AMONG_NEWEST,

		/** It stays: a policy protects it. */
		PROTECTED

	}

}
