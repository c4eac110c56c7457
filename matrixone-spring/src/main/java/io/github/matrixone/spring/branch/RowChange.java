package io.github.matrixone.spring.branch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
	 * Return the columns to which the branch has given other values.
	 * @return the columns, all of them where the row was added, none where it was removed
	 */
	public Set<String> changedColumns() {
		return differing(this.branch, this.base);
	}

	/**
	 * Return the columns to which the parent has given other values meanwhile.
	 * @return the columns, all of them where the row was added, none where it was removed
	 */
	public Set<String> columnsChangedInTarget() {
		return differing(this.target, this.base);
	}

	private static Set<String> differing(@Nullable Map<String, @Nullable Object> row,
			@Nullable Map<String, @Nullable Object> base) {
		Set<String> columns = new LinkedHashSet<>();
		if (row != null) {
			row.forEach((column, value) -> {
				if (base == null || !Objects.deepEquals(value, base.get(column))) {
					columns.add(column);
				}
			});
		}
		return columns;
	}

	/**
	 * Return whether another look at the row has shown the same.
	 */
	boolean isLike(RowChange other) {
		return values(this.key).equals(values(other.key)) && values(this.base).equals(values(other.base))
				&& values(this.branch).equals(values(other.branch)) && values(this.target).equals(values(other.target));
	}

	/**
	 * Return what tells the row from others of its table.
	 */
	List<@Nullable Object> identity() {
		return values(this.key);
	}

	/**
	 * Return what tells a value of a row from others, as the server does it in a foreign
	 * key, whatever class the driver gives it.
	 */
	static Object text(@Nullable Map<String, @Nullable Object> row, String column) {
		Object value = (row != null) ? row.get(column) : null;
		return (value instanceof byte[] bytes) ? ByteBuffer.wrap(bytes) : String.valueOf(value);
	}

	private static List<@Nullable Object> values(@Nullable Map<String, ? extends @Nullable Object> row) {
		List<@Nullable Object> values = new ArrayList<>();
		if (row != null) {
			row.values()
				.forEach((value) -> values.add((value instanceof byte[] bytes) ? ByteBuffer.wrap(bytes) : value));
		}
		return values;
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
