package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

import io.github.matrixone.spring.branch.RowChange.Kind;

/**
 * Writes the statements of a patch that look at rows, several of them together. They fail
 * if a row is not what it is to be.
 */
final class RowChecks {

	private final RowStatements rows;

	private final Bunch<Nulled> nulled;

	private final Bunch<String> there;

	private final Bunch<String> gone;

	/**
	 * Create checks.
	 * @param rows writes conditions for rows
	 * @param before gets the statements to send before anything is written: they lock
	 * rows that are to get a null, and look what they are
	 * @param after gets the statements to send when all is written
	 */
	RowChecks(RowStatements rows, Consumer<String> before, Consumer<String> after) {
		this.rows = rows;
		this.nulled = new Bunch<>(Nulled::length, (some) -> {
			before.accept(rows.lock(some.stream().map(Nulled::key).toList()));
			before.accept(rows.check(some.stream().map(Nulled::before).toList(), some.size(),
					"rows that are as they were in "));
		});
		this.there = new Bunch<>(String::length,
				(some) -> after.accept(rows.check(some, some.size(), "rows that are as patched in ")));
		this.gone = new Bunch<>(String::length,
				(some) -> after.accept(rows.check(some, 0, "rows that are to be removed in ")));
	}

	/**
	 * Look at a row, with others.
	 */
	void add(RowChange change) {
		if (change.kind() == Kind.REMOVED) {
			this.gone.add(this.rows.hasKey(change));
			return;
		}
		this.there.add(this.rows.isWritten(change));
		if (this.rows.getsNull(change)) {
			this.nulled.add(new Nulled(this.rows.hasKey(change), this.rows.isAsBefore(change)));
		}
	}

	/**
	 * Write the statements that are left.
	 */
	void end() {
		this.nulled.end();
		this.there.end();
		this.gone.end();
	}

	private record Nulled(String key, String before) {

		int length() {
			return this.key.length() + this.before.length();
		}

	}

	/**
	 * Gathers conditions until they are enough for a statement.
	 *
	 * @param <T> the type of a condition
	 */
	private static final class Bunch<T> {

		private static final int MOST = 100;

		/** In characters, for several together. */
		private static final int LONGEST = 1 << 20;

		private final ToIntFunction<T> length;

		private final Consumer<List<T>> full;

		private List<T> conditions = new ArrayList<>();

		private int characters;

		Bunch(ToIntFunction<T> length, Consumer<List<T>> full) {
			this.length = length;
			this.full = full;
		}

		void add(T condition) {
			this.conditions.add(condition);
			this.characters += this.length.applyAsInt(condition);
			if (this.conditions.size() == MOST || this.characters > LONGEST) {
				end();
			}
		}

		void end() {
			if (!this.conditions.isEmpty()) {
				this.full.accept(this.conditions);
				this.conditions = new ArrayList<>();
				this.characters = 0;
			}
		}

	}

}
