package io.github.matrixone.spring.simulator;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code mo_catalog}.
 */
class CatalogTests extends AbstractSimulatorTests {

	@Test
	void listsForeignKeys() {
		this.jdbc.execute("CREATE TABLE pair (a INT, b INT, PRIMARY KEY (a, b))");
		this.jdbc.execute("CREATE SCHEMA other");
		this.jdbc.execute("CREATE TABLE other.child (id INT PRIMARY KEY, x INT, y INT, CONSTRAINT fk "
				+ "FOREIGN KEY (x, y) REFERENCES app.pair (a, b) ON DELETE SET NULL)");
		assertThat(this.jdbc.queryForList("SELECT * FROM mo_catalog.mo_foreign_keys ORDER BY column_name"))
			.containsExactly(key("x", "a"), key("y", "b"));
	}

	@Test
	void hasTheServersColumnsOfSnapshots() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		assertThat(this.jdbc.queryForMap("SELECT * FROM mo_catalog.mo_snapshots")).containsKeys("snapshot_id", "ts")
			.containsEntry("sname", "before")
			.containsEntry("level", "database")
			.containsEntry("account_name", "sys")
			.containsEntry("database_name", "app")
			.containsEntry("table_name", "")
			.containsKeys("obj_id", "kind");
	}

	private static Map<String, Object> key(String column, String referenced) {
		return Map.of("constraint_name", "fk", "db_name", "other", "table_name", "child", "column_name", column,
				"refer_db_name", "app", "refer_table_name", "pair", "refer_column_name", referenced, "on_delete",
				"SET NULL", "on_update", "NO ACTION");
	}

}
