package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.matrixone.spring.contract.concurrency.LockStep.Kind;

/**
 * One schedule: two applications send their statements in a given order, and each
 * statement is answered when the server can carry it out, with what the protocol sends
 * before and after it.
 */
final class LockRun {

	private final List<LockScript> scripts;

	private final int[] asked = new int[2];

	private final StringBuilder trace = new StringBuilder();

	private LockState state = LockState.start(2);

	LockRun(List<LockScript> scripts) {
		this.scripts = scripts;
	}

	/**
	 * Return the orders of two applications' statements that differ in what happens, and
	 * in which nobody stands still.
	 * @param scripts what the applications send, with the protocol
	 */
	static List<List<Integer>> orders(List<LockScript> scripts) {
		Map<String, List<Integer>> orders = new LinkedHashMap<>();
		collect(scripts, new ArrayList<>(), orders);
		return List.copyOf(orders.values());
	}

	private static void collect(List<LockScript> scripts, List<Integer> order, Map<String, List<Integer>> orders) {
		LockRun run = new LockRun(scripts);
		order.forEach(run::send);
		boolean complete = true;
		for (int each = 0; each < 2; each++) {
			if (run.asked[each] < statements(scripts.get(each).steps())) {
				complete = false;
				order.add(each);
				collect(scripts, order, orders);
				order.remove(order.size() - 1);
			}
		}
		if (complete && !run.standsStill()) {
			orders.putIfAbsent(run.trace.toString(), List.copyOf(order));
		}
	}

	void send(int transaction) {
		this.asked[transaction]++;
		boolean moved = true;
		while (moved) {
			moved = proceed(transaction) | proceed(1 - transaction);
		}
	}

	int answered(int transaction) {
		return statements(this.scripts.get(transaction).steps().subList(0, this.state.positions().get(transaction)));
	}

	boolean standsStill() {
		return answered(0) < this.asked[0] && answered(1) < this.asked[1];
	}

	boolean wouldStandStill(List<Integer> order) {
		LockRun other = new LockRun(this.scripts);
		order.forEach(other::send);
		return other.standsStill();
	}

	/**
	 * Return the number of a row as it must be found if no update is lost.
	 */
	List<Integer> updates(int row) {
		return List.of((int) this.scripts.stream()
			.filter(LockScript::commits)
			.flatMap((script) -> script.steps().stream())
			.filter((step) -> step.isUpdate() && step.row() == row)
			.count());
	}

	boolean doubles() {
		return this.state.doubled();
	}

	private boolean proceed(int transaction) {
		boolean moved = false;
		List<LockStep> steps = this.scripts.get(transaction).steps();
		int position = this.state.positions().get(transaction);
		while (position < steps.size() && isAsked(transaction, steps.get(position))
				&& !this.state.isBlocked(transaction, steps.get(position))) {
			this.state = this.state.after(transaction, steps.get(position));
			if (this.state.positions().get(transaction) > position) {
				this.trace.append("ab".charAt(transaction));
			}
			moved = true;
			position = this.state.positions().get(transaction);
		}
		return moved;
	}

	private boolean isAsked(int transaction, LockStep step) {
		return step.kind() == Kind.GIVE_BACK || answered(transaction) < this.asked[transaction];
	}

	private static int statements(List<LockStep> steps) {
		return (int) steps.stream()
			.filter((step) -> step.kind() != Kind.TAKE_TURN && step.kind() != Kind.GIVE_BACK)
			.count();
	}

}
