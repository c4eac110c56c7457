package io.github.matrixone.spring.branch;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A row that was changed on a branch, with what it was when the branch was made and what
 * it is in the parent now. Values are as the driver gives them; a row that is not there
 * is {@code null}.
 *
 * @param key the columns of the primary key with their values
 * @param base the row when the branch was made
 * @param branch the row on the branch
 * @param target the row in the parent
 * @param isMerged whether the parent's row is the branch's already
 * @param isUntouched whether the parent's row is still what the branch began with
 * @since 0.1
 */
public record RowChange(Map<String, Object> key, @Nullable Map<String, @Nullable Object> base,
		@Nullable Map<String, @Nullable Object> branch, @Nullable Map<String, @Nullable Object> target,
		boolean isMerged, boolean isUntouched) {

	/**
	 * Return what the branch has done to the row.
	 * @return the kind of the change
	 */
	public Kind kind() {
		return (this.base == null) ? Kind.ADDED : (this.branch == null) ? Kind.REMOVED : Kind.UPDATED;
	}

	/**
	 * Return whether the parent has done something else to the row meanwhile, so that a
	 * merge would lose one of both.
	 * @return whether it was changed on both sides, and differently
	 */
	public boolean isConflict() {
		return !this.isMerged && !this.isUntouched;
	}

	/**
	 * What a branch has done to a row.
	 */
	public enum Kind {

		/** It was not there when the branch was made. */
		ADDED,

		/** Some of its columns have other values. */
		UPDATED,

		/** It is not on the branch any more. */
		REMOVED

	}

}
