package io.github.matrixone.spring.branch;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.branch.RowChange.Kind;

/**
 * A row of a table that was another one before. Values are as the driver gives them; a
 * row that is not there is {@code null}.
 *
 * @param key the columns of the primary key with their values
 * @param before the row before
 * @param after the row after
 * @param isChangedAgain whether it is another one now than after the change
 * @since 0.1
 */
public record TableChange(Map<String, Object> key, @Nullable Map<String, @Nullable Object> before,
		@Nullable Map<String, @Nullable Object> after, boolean isChangedAgain) {

	/**
	 * Return what has become of the row.
	 * @return the kind of the change
	 */
	public Kind kind() {
		return (this.before == null) ? Kind.ADDED : (this.after == null) ? Kind.REMOVED : Kind.UPDATED;
	}

	/**
	 * Take the past for a branch that has changed what came after.
	 */
	static TableChange of(RowChange change) {
		return new TableChange(change.key(), change.branch(), change.base(), !change.isUntouched());
	}

	/**
	 * Return what would take the change back.
	 */
	RowChange reverse() {
		return new RowChange(this.key, this.after, this.before, this.after, false, true);
	}

}
