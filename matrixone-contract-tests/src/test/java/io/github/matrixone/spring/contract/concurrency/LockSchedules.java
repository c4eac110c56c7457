package io.github.matrixone.spring.contract.concurrency;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Runs transactions side by side in every order in which the server can carry out their
 * statements, and counts how these schedules end. States that were reached before are not
 * run again, but counted.
 *
 * <p>
 * Where transactions wait for each other's rows the server rolls one of them back, any of
 * them. Where a turn is among what they wait for, it is one who waits for a turn that
 * gives up.
 */
final class LockSchedules {

	private final List<LockScript> scripts;

	private final Map<LockState, Counts> known = new HashMap<>();

	private LockSchedules(List<LockScript> scripts) {
		this.scripts = scripts;
	}

	static Counts of(List<LockScript> scripts) {
		return new LockSchedules(scripts).count(LockState.start(scripts.size()));
	}

	private Counts count(LockState state) {
		Counts counts = this.known.get(state);
		if (counts == null) {
			counts = countMoves(state);
			this.known.put(state, counts);
		}
		return counts;
	}

	private Counts countMoves(LockState state) {
		Counts counts = Counts.NONE;
		boolean ended = true;
		for (int transaction = 0; transaction < this.scripts.size(); transaction++) {
			LockStep step = next(state, transaction);
			if (step == null) {
				continue;
			}
			ended = false;
			if (!state.isBlocked(transaction, step)) {
				counts = counts.plus(count(state.after(transaction, step)));
			}
			else if (step.kind() != LockStep.Kind.TAKE_TURN && isInCircle(state, transaction, false)) {
				counts = counts.plus(count(abort(state, transaction)).afterDetection());
			}
			else if (step.kind() == LockStep.Kind.TAKE_TURN && isInCircle(state, transaction, true)) {
				counts = counts.plus(count(abort(state, transaction)).afterTimeout());
			}
		}
		if (ended) {
			return state.doubled() ? Counts.DOUBLED : Counts.FINE;
		}
		if (counts.all() == 0) {
			throw new IllegalStateException("Nobody ends this: " + this.scripts + " in " + state);
		}
		return counts;
	}

	private LockState abort(LockState state, int transaction) {
		LockScript script = this.scripts.get(transaction);
		boolean holdsTurn = state.turns().contains(transaction);
		return state.abort(transaction, holdsTurn ? script.afterEnd() : script.steps().size());
	}

	private boolean isInCircle(LockState state, int transaction, boolean alsoTurns) {
		int reached = RowLock.bit(transaction);
		for (int round = 0; round < this.scripts.size(); round++) {
			int from = reached;
			int next = IntStream.range(0, this.scripts.size())
				.filter((each) -> RowLock.contains(from, each))
				.map((each) -> awaited(state, each, alsoTurns))
				.reduce(0, (left, right) -> left | right);
			if (RowLock.contains(next, transaction)) {
				return true;
			}
			reached |= next;
		}
		return false;
	}

	private int awaited(LockState state, int transaction, boolean alsoTurns) {
		LockStep step = next(state, transaction);
		if (step == null || (step.kind() == LockStep.Kind.TAKE_TURN && !alsoTurns)) {
			return 0;
		}
		return state.awaited(transaction, step);
	}

	private LockStep next(LockState state, int transaction) {
		List<LockStep> steps = this.scripts.get(transaction).steps();
		int position = state.positions().get(transaction);
		return (position < steps.size()) ? steps.get(position) : null;
	}

	/**
	 * How many schedules end in which way. One that has several of these properties
	 * counts as what stands later.
	 *
	 * @param fine no transaction stood still
	 * @param detected standing still was ended by the server
	 * @param timedOut standing still was ended by the deadline for a turn
	 * @param doubled there are two rows with one key, and an update is lost
	 */
	record Counts(long fine, long detected, long timedOut, long doubled) {

		static final Counts NONE = new Counts(0, 0, 0, 0);

		private static final Counts FINE = new Counts(1, 0, 0, 0);

		private static final Counts DOUBLED = new Counts(0, 0, 0, 1);

		Counts plus(Counts other) {
			return new Counts(this.fine + other.fine, this.detected + other.detected, this.timedOut + other.timedOut,
					this.doubled + other.doubled);
		}

		long all() {
			return this.fine + this.detected + this.timedOut + this.doubled;
		}

		@Override
		public String toString() {
			return all() + " schedules, of which " + this.doubled + " double a row, " + this.timedOut
					+ " stand still for a turn and " + this.detected + " for rows";
		}

		private Counts afterDetection() {
			return new Counts(0, this.fine + this.detected, this.timedOut, this.doubled);
		}

		private Counts afterTimeout() {
			return new Counts(0, 0, this.fine + this.detected + this.timedOut, this.doubled);
		}

	}

}
