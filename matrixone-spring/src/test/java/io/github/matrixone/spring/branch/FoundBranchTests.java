package io.github.matrixone.spring.branch;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.command.UndoableCommand.Made;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tells a branch from another one that gets its name.
 */
class FoundBranchTests {

	private static final List<String> COLUMNS = List.of("table_id", "clone_ts", "p_table_id", "level", "reldatabase",
			"relname", "rel_logical_id", "reldatabase_id");

	private static final TableName ITEM = TableName.of("shop", "item");

	private static final TableName DRAFT = TableName.of("drafts", "item");

	@Test
	void isWhatItWasBeforeItWasAltered() {
		Rows all = rows(List.of(row("2", "1", "table", null, null, null),
				row("3", "2", "alter:table", "drafts", "2", "20"), row("1", "0", "parent", "shop", "1", "10")));
		assertThat(undo(new CreateBranch(ITEM, DRAFT, null), all)).isEqualTo(new DeleteBranch(DRAFT, true, "2"));
	}

	@Test
	void isTheDatabaseWhateverBecomesOfItsTables() {
		Rows all = rows(
				List.of(row("2", "1", "database", "drafts", "2", "20"), row("1", "0", "parent", "shop", "1", "10")));
		assertThat(undo(new CreateDatabaseBranch(DatabaseName.of("shop"), DatabaseName.of("drafts"), null), all))
			.isEqualTo(new DeleteDatabaseBranch(DatabaseName.of("drafts"), true, "20"));
	}

	@Test
	void isNotThereWhereItWasDropped() {
		Rows all = rows(List.of(row("2", "1", "database", null, null, null)));
		assertThat(FoundBranch.find(all, DRAFT)).isEmpty();
		assertThat(FoundBranch.find(all, DatabaseName.of("drafts"))).isEmpty();
	}

	private static Command undo(UndoableCommand command, Rows all) {
		return command.made(all).map(Made::undo).orElseThrow();
	}

	private static List<String> row(String id, String parent, String level, String database, String logicalId,
			String databaseId) {
		return Arrays.asList(id, "1795949856874104065", parent, level, database, (database != null) ? "item" : null,
				logicalId, databaseId);
	}

	private static Rows rows(List<List<String>> rows) {
		return new Rows(COLUMNS, rows);
	}

}
