package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of branches whose tables are altered, dropped and made anew.
 */
class BranchQueryTests {

	private static final List<String> COLUMNS = List.of("table_id", "clone_ts", "p_table_id", "level", "reldatabase",
			"relname");

	private static final String MADE_AT = "1795949856874104065";

	@Test
	void tellsWhenABranchWasMadeToTheNanosecond() {
		Branch branch = read(List.of(branch("2", "1", "draft"), parent("1", "item"))).get(0);
		assertThat(branch.branchedAt()).isEqualTo(Instant.parse("2026-11-29T10:57:36.874104065Z"));
		assertThat(branch.base()).isEqualTo("`shop`.`item` {MO_TS = " + MADE_AT + '}');
	}

	@Test
	void readsWhatABranchBeganWithAlsoWhereTheServersClockIsAhead() {
		Branch branch = new Branch(TableName.of("shop", "draft"), TableName.of("shop", "item"),
				Instant.now().plusSeconds(60), false, "2", "1");
		assertThat(branch.base()).contains("MO_TS");
	}

	@Test
	void followsABranchAndAParentThatWereAlteredTwice() {
		List<Branch> branches = read(List.of(row("2", "1", "table", null), row("3", "2", "alter:table", null),
				row("4", "3", "alter:table", "draft"), row("5", "1", "alter", null), row("6", "5", "alter", "item")));
		assertThat(branches).singleElement().satisfies((branch) -> {
			assertThat(branch.table()).isEqualTo(TableName.of("shop", "draft"));
			assertThat(branch.id()).isEqualTo("4");
			assertThat(branch.parent()).isEqualTo(TableName.of("shop", "item"));
		});
	}

	@Test
	void knowsNoParentWhereAnotherTableHasItsName() {
		assertThat(read(List.of(branch("2", "1", "draft"), parent("9", "item"))).get(0).parent()).isNull();
	}

	@Test
	void leavesOutWhatWasDropped() {
		assertThat(read(List.of(row("2", "1", "table", null), parent("1", "item")))).isEmpty();
	}

	@Test
	void leavesOutWhatHasANameThatIsRefusedOrAParentWithOne() {
		assertThat(read(List.of(branch("2", "1", "it's"), parent("1", "item"), branch("4", "3", "draft_2"),
				parent("3", "back\\slash"), branch("5", "1", "draft"))))
			.extracting(Branch::table)
			.containsExactly(TableName.of("shop", "draft"));
	}

	private static List<String> branch(String id, String parent, String table) {
		return row(id, parent, "table", table);
	}

	private static List<String> parent(String id, String table) {
		return Arrays.asList(id, "0", "0", "parent", "shop", table);
	}

	private static List<String> row(String id, String parent, String level, String table) {
		return Arrays.asList(id, MADE_AT, parent, level, (table != null) ? "shop" : null, table);
	}

	private static List<Branch> read(List<List<String>> rows) {
		return BranchQuery.read(new Rows(COLUMNS, rows));
	}

}
