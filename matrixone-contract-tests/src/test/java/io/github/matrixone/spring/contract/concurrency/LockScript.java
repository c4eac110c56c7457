package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.matrixone.spring.contract.concurrency.LockStep.Kind;

/**
 * A transaction, statement by statement.
 *
 * @param name the application's statements, as they are written in the tests
 * @param steps all that is sent
 */
record LockScript(String name, List<LockStep> steps) {

	/**
	 * Read a script such as {@code child a, update a}. It commits unless it ends with
	 * {@code rollback}.
	 */
	static LockScript of(String text) {
		List<LockStep> steps = new ArrayList<>(Stream.of(text.split(", ")).map(LockStep::parse).toList());
		if (!steps.get(steps.size() - 1).isEnd()) {
			steps.add(new LockStep(Kind.COMMIT, 0));
		}
		return new LockScript(text, List.copyOf(steps));
	}

	static List<LockScript> all(String... texts) {
		return Stream.of(texts).map(LockScript::of).toList();
	}

	/**
	 * Return where the script goes on when it gives up: after its end.
	 */
	int afterEnd() {
		int position = 0;
		while (!this.steps.get(position).isEnd()) {
			position++;
		}
		return position + 1;
	}

	/**
	 * Return whether it shares the lock of a row, then changes the row and commits that.
	 */
	boolean changesWhatItShares(int row) {
		List<Kind> kinds = this.steps.stream().filter((step) -> step.row() == row).map(LockStep::kind).toList();
		return commits() && !kinds.isEmpty() && kinds.get(0) == Kind.CHILD
				&& (kinds.contains(Kind.UPDATE) || kinds.contains(Kind.CHANGE));
	}

	boolean commits() {
		return this.steps.stream().anyMatch((step) -> step.kind() == Kind.COMMIT);
	}

	boolean takesTurns() {
		return this.steps.stream().anyMatch((step) -> step.kind() == Kind.TAKE_TURN);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
