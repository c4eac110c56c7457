package io.github.matrixone.spring.boot.test.sandbox;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What has become of the rows of a table since a sandbox began. Rows are told apart by
 * their primary key; an update that leaves a row as it was is none. In a table without a
 * primary key there are no updates: the old row is deleted and the new one inserted.
 *
 * @param table the table's name
 * @param inserted the rows that are new, by column
 * @param updated the rows that are different, as they are now
 * @param deleted the rows that are gone, as they were
 * @since 0.1
 */
public record TableChanges(String table, List<Map<String, @Nullable Object>> inserted,
		List<Map<String, @Nullable Object>> updated, List<Map<String, @Nullable Object>> deleted) {

	/**
	 * Return whether the table is as it was.
	 * @return whether there are no changes
	 */
	public boolean isEmpty() {
		return this.inserted.isEmpty() && this.updated.isEmpty() && this.deleted.isEmpty();
	}

}
