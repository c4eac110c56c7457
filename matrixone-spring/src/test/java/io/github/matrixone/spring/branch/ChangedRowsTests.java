package io.github.matrixone.spring.branch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

class ChangedRowsTests {

	private static final TableName NODE = TableName.of("shop", "node");

	private static final TableName PARENT = TableName.of("shop", "parent");

	private static final TableName CHILD = TableName.of("shop", "child");

	@Test
	void removesRowsOfATreeBeforeThoseThatTheyReference() {
		ChangedRows tree = rows(NODE, referencedBy(NODE), List.of(), List.of());
		List<RowChange> rows = List.of(removed(1, null), removed(4, 5), removed(5, 1), removed(6, 4));
		assertThat(tree.levels(rows, RowChange::base)).map((level) -> level.stream().map(ChangedRowsTests::id).toList())
			.containsExactly(List.of(6), List.of(4), List.of(5), List.of(1));
		assertThat(rows(NODE, References.NONE, List.of(), List.of()).levels(rows, RowChange::base)).isEmpty();
	}

	@Test
	void removesLastWhatOthersReferenceUntilTheyAreUpdated() {
		ChangedRows parent = rows(PARENT, referencedBy(CHILD), List.of(removed(1, null)), List.of());
		assertThat(ChangedRows
			.removedLast(List.of(rows(CHILD, References.NONE, List.of(removed(7, 1)), List.of()), parent))).isEmpty();
		assertThat(ChangedRows
			.removedLast(List.of(rows(CHILD, References.NONE, List.of(), List.of(updated(7, 1, 2))), parent)))
			.containsExactly(PARENT);
		assertThat(ChangedRows
			.removedLast(List.of(rows(CHILD, References.NONE, List.of(), List.of(updated(7, 2, 3))), parent)))
			.isEmpty();
	}

	private static ChangedRows rows(TableName table, References references, List<RowChange> removed,
			List<RowChange> updated) {
		return new ChangedRows(table, references, UnaryOperator.identity(), removed, updated, RowChange::base);
	}

	private static References referencedBy(TableName table) {
		return new References(List.of(new References.Column("fk", "shop", table.name(), "up", "id")), false);
	}

	private static Object id(RowChange row) {
		return row.key().get("id");
	}

	private static RowChange removed(int id, @Nullable Integer up) {
		return new RowChange(Map.of("id", id), row(id, up), null, row(id, up), false, true);
	}

	private static RowChange updated(int id, int before, int after) {
		return new RowChange(Map.of("id", id), row(id, before), row(id, after), row(id, before), false, true);
	}

	private static Map<String, @Nullable Object> row(int id, @Nullable Integer up) {
		Map<String, @Nullable Object> row = new HashMap<>();
		row.put("id", id);
		row.put("up", up);
		return row;
	}

}
