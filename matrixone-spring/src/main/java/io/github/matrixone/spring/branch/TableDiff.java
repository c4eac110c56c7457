package io.github.matrixone.spring.branch;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * What has changed in a table since a point in time, until another one or until now.
 *
 * @param table the table
 * @param since the point in time
 * @param until the point in time until which it was changed, or {@code null} for now
 * @param changes the rows, those that are added last
 * @since 0.1
 */
public record TableDiff(TableName table, AsOf since, @Nullable AsOf until, List<TableChange> changes) {

	public TableDiff {
		changes = List.copyOf(changes);
	}

	/**
	 * Return how many rows were changed in a way.
	 * @param kind the way
	 * @return the number of rows
	 */
	public long count(Kind kind) {
		return this.changes.stream().filter((change) -> change.kind() == kind).count();
	}

}
