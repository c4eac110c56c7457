package io.github.matrixone.spring.simulator;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DatabaseScript}.
 */
class DatabaseScriptTests {

	private static final DatabaseName APP = DatabaseName.of("app");

	@Test
	void ordersTablesByReference() {
		DatabaseScript script = script("grandchild>child", "child>parent", "parent", "other>elsewhere.x");
		assertThat(script.tablesByReference()).extracting(TableName::name)
			.containsExactly("parent", "other", "child", "grandchild");
		assertThat(script.tablesInCycles()).isEmpty();
	}

	@Test
	void findsCycles() {
		DatabaseScript script = script("a>b", "b>a", "self>self", "c>a", "plain");
		assertThat(script.tablesInCycles()).extracting(TableName::name)
			.contains("self")
			.containsAnyOf("a", "b")
			.doesNotContain("plain", "c");
		assertThat(script.tablesByReference()).hasSize(5);
	}

	@Test
	void keepsForeignKeysThatStayInside() {
		DatabaseScript script = script("child>parent", "parent", "other>elsewhere.x");
		assertThat(script.like(DatabaseName.of("copy"))).filteredOn((sql) -> sql.contains("REFERENCES"))
			.singleElement()
			.asString()
			.contains("REFERENCES \"copy\".\"parent\"");
		assertThat(script.foreignKeysAgain()).hasSize(2);
	}

	private static DatabaseScript script(String... tables) {
		List<String> statements = new ArrayList<>();
		for (String table : tables) {
			String[] parts = table.split(">");
			statements.add("CREATE MEMORY TABLE \"app\".\"" + parts[0] + "\"(\"id\" INT)");
			if (parts.length > 1) {
				String parent = parts[1].contains(".") ? parts[1] : "app." + parts[1];
				statements.add("ALTER TABLE \"app\".\"" + parts[0] + "\" ADD CONSTRAINT \"app\".\"fk_" + parts[0]
						+ "\" FOREIGN KEY(\"p\") REFERENCES \"" + parent.replace(".", "\".\"") + "\"(\"id\") NOCHECK");
			}
		}
		return DatabaseScript.of(APP, statements);
	}

}
