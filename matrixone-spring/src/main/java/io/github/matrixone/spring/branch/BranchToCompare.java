package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to make a branch of what a table was, for as long as something is compared with
 * it. Nobody else knows its name: it is deleted without asking for the list of branches,
 * which accounts other than sys cannot read.
 *
 * @param creation makes the branch
 */
record BranchToCompare(CreateBranch creation) implements Command {

	static BranchToCompare of(TableName table, AsOf asOf) {
		DatabaseName database = Objects.requireNonNull(table.database(), "The table's database must be known");
		String name = "matrixone_diff_" + UUID.randomUUID().toString().replace("-", "");
		return new BranchToCompare(new CreateBranch(table, TableName.of(database.value(), name), asOf));
	}

	TableName branch() {
		return this.creation.branch();
	}

	@Override
	public List<SqlText> statements() {
		return this.creation.statements();
	}

	@Override
	public DeleteBranch undo() {
		return new DeleteBranch(branch(), false, null);
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return this.creation.failure(ex);
	}

	@Override
	public String description() {
		return this.creation.description();
	}

}
