package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.CountedCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Command to bring rows into a table, by a {@code DELETE}, an {@code INSERT … SELECT} and
 * an {@code UPDATE} for each five hundred or for all of them, in a transaction. They do
 * what {@code DATA BRANCH MERGE} refuses to do with rows that a foreign key references
 * (MO#27992).
 *
 * @param description what is done
 * @param statements the statements
 * @param rows how many rows each of them is to change
 * @since 0.1
 */
public record MergeRows(String description, List<SqlText> statements, List<RowCount> rows) implements CountedCommand {

	@Override
	public void requireChanged(int statement, long changed) {
		RowCount rows = this.rows.get(statement);
		if (changed < rows.least() || changed > rows.most()) {
			throw new BranchConflictException("Somebody else was writing during the " + this.description
					+ ", or the server has done what it was not told to: " + changed + " rows were changed in place of "
					+ rows.least() + ". Roll back and try the whole transaction again",
					this.statements.get(statement).sql(), null);
		}
	}

	/**
	 * The server takes an ENUM column for ambiguous where an {@code UPDATE} sets it from
	 * another table (v4.2.0, no issue known).
	 */
	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		boolean ofEnum = ex.getMessage() != null && ex.getMessage().contains("ambiguous column reference");
		return ofEnum ? new UnsupportedByServerException("The " + this.description
				+ " cannot be done: the server cannot set an ENUM or SET column from another table. Make the column a "
				+ "VARCHAR with a CHECK, or bring the rows over yourself", this.statements.get(0).sql(), ex) : null;
	}

	/**
	 * How many rows a statement may change.
	 *
	 * @param least at least so many
	 * @param most at most so many
	 */
	public record RowCount(int least, int most) {
	}

}
