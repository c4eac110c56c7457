package io.github.matrixone.spring.branch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.matrixone.spring.sql.TableName;

/**
 * What would be lost with a branch, because its parent does not have it.
 *
 * @param rows how many rows the branch has changed that its parent does not have like
 * that
 * @param unknown tables and views of which that cannot be told, and why; what is there on
 * the branch only is among them
 * @since 0.1
 */
public record UnmergedChanges(long rows, Map<TableName, String> unknown) {

	public UnmergedChanges {
		unknown = Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
	}

	/**
	 * Return whether nothing would be lost.
	 * @return whether all tables could be compared and have no such rows
	 */
	public boolean isEmpty() {
		return this.rows == 0 && this.unknown.isEmpty();
	}

}
