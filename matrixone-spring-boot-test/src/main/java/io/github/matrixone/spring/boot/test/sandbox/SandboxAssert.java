package io.github.matrixone.spring.boot.test.sandbox;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * AssertJ assertions on the rows that have changed since a sandbox began:
 * {@code assertThat(sandbox).hasInserted("orders", 1).hasChangedOnly("orders")}.
 *
 * @since 0.1
 */
public class SandboxAssert extends AbstractAssert<SandboxAssert, Sandbox> {

	/**
	 * Create assertions.
	 * @param actual the sandbox
	 */
	public SandboxAssert(@Nullable Sandbox actual) {
		super(actual, SandboxAssert.class);
	}

	/**
	 * Check how many rows are new.
	 * @param table the table
	 * @param rows the expected number
	 * @return this
	 */
	public SandboxAssert hasInserted(String table, int rows) {
		TableChanges changes = changesOf(table);
		return check(changes, "inserted", changes.inserted(), rows);
	}

	/**
	 * Check how many rows are different.
	 * @param table the table
	 * @param rows the expected number
	 * @return this
	 */
	public SandboxAssert hasUpdated(String table, int rows) {
		TableChanges changes = changesOf(table);
		return check(changes, "updated", changes.updated(), rows);
	}

	/**
	 * Check how many rows are gone.
	 * @param table the table
	 * @param rows the expected number
	 * @return this
	 */
	public SandboxAssert hasDeleted(String table, int rows) {
		TableChanges changes = changesOf(table);
		return check(changes, "deleted", changes.deleted(), rows);
	}

	/**
	 * Check that a table is as it was.
	 * @param table the table
	 * @return this
	 */
	public SandboxAssert hasNotChanged(String table) {
		TableChanges changes = changesOf(table);
		if (!changes.isEmpty()) {
			failWithMessage("Expected table %s not to have changed, but%s", table, describe(changes));
		}
		return this;
	}

	/**
	 * Check that these tables have changed, and no others. Rows of tables that were made
	 * or dropped since count.
	 * @param tables the tables
	 * @return this
	 */
	public SandboxAssert hasChangedOnly(String... tables) {
		Set<String> expected = new TreeSet<>();
		Arrays.stream(tables).map((table) -> table.toLowerCase(Locale.ROOT)).forEach(expected::add);
		Set<String> changed = new TreeSet<>(sandbox().changedTables());
		if (!changed.equals(expected)) {
			failWithMessage(
					"Expected rows of these tables to have changed, and of no others: %s%nbut it was those of: %s",
					expected, changed);
		}
		return this;
	}

	/**
	 * Check that no table has changed.
	 * @return this
	 */
	public SandboxAssert hasNotChanged() {
		return hasChangedOnly();
	}

	private SandboxAssert check(TableChanges changes, String what, Collection<?> rows, int expected) {
		if (rows.size() != expected) {
			failWithMessage("Expected %s rows of table %s to be %s, but%s", expected, changes.table(), what,
					describe(changes));
		}
		return this;
	}

	private TableChanges changesOf(String table) {
		return sandbox().changesOf(table);
	}

	private Sandbox sandbox() {
		isNotNull();
		return this.actual;
	}

	private static String describe(TableChanges changes) {
		return String.format("%n  inserted are %d: %s%n  updated are %d: %s%n  deleted are %d: %s",
				changes.inserted().size(), changes.inserted(), changes.updated().size(), changes.updated(),
				changes.deleted().size(), changes.deleted());
	}

}
