package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.matrixone.spring.contract.concurrency.LockStep.Kind;

/**
 * What is sent beside the application's statements, so that no two transactions that
 * share the lock of a row change it.
 */
enum LockProtocol {

	NONE(false, false),

	/**
	 * A turn before a referenced table is changed or locked, after a child was written.
	 */
	TURNS(true, false),

	/**
	 * A row that the transaction will change is locked before a child of it is written. A
	 * turn only where there was a child of the table whose row had not been locked.
	 */
	LOCK_FIRST(true, true),

	/**
	 * {@link #LOCK_FIRST} without turns.
	 */
	LOCK_FIRST_ONLY(false, true);

	private final boolean turns;

	private final boolean locksFirst;

	LockProtocol(boolean turns, boolean locksFirst) {
		this.turns = turns;
		this.locksFirst = locksFirst;
	}

	LockScript apply(LockScript script) {
		List<LockStep> sent = new ArrayList<>();
		Set<Integer> locked = new TreeSet<>();
		Set<Integer> shared = new TreeSet<>();
		Set<Integer> held = new TreeSet<>();
		for (LockStep step : script.steps()) {
			if (step.kind() == Kind.CHILD) {
				if (this.locksFirst && !locked.contains(step.row()) && willChange(script, step.row())) {
					takeTurn(new LockStep(Kind.LOCK, step.row()), shared, held, sent);
					sent.add(new LockStep(Kind.LOCK, step.row()));
					locked.add(step.row());
				}
				if (!this.locksFirst || !locked.contains(step.row())) {
					shared.add(step.table());
				}
			}
			if (step.isExclusive()) {
				takeTurn(step, shared, held, sent);
				locked.add(step.row());
			}
			sent.add(step);
		}
		if (!held.isEmpty()) {
			sent.add(new LockStep(Kind.GIVE_BACK, 0));
		}
		return new LockScript(script.name(), List.copyOf(sent));
	}

	private void takeTurn(LockStep next, Set<Integer> shared, Set<Integer> held, List<LockStep> sent) {
		if (this.turns && shared.contains(next.table()) && held.add(next.table())) {
			sent.add(new LockStep(Kind.TAKE_TURN, next.table()));
		}
	}

	private static boolean willChange(LockScript script, int row) {
		return script.steps().contains(new LockStep(Kind.UPDATE, row));
	}

}
