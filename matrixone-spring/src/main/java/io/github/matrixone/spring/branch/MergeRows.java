package io.github.matrixone.spring.branch;

import java.util.List;

import io.github.matrixone.spring.command.CountedCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchConflictException;

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
		boolean uncounted = rows.isUncounted() && changed == 0;
		if (!uncounted && (changed < rows.least() || changed > rows.most())) {
			throw new BranchConflictException("Somebody else was writing during the " + this.description
					+ ", or the server has done what it was not told to: " + changed + " rows were changed in place of "
					+ rows.least() + ". Roll back and try the whole transaction again",
					this.statements.get(statement).sql(), null);
		}
	}

	/**
	 * How many rows a statement may change.
	 *
	 * @param least at least so many
	 * @param most at most so many
	 * @param isUncounted whether the server may say that it has changed none
	 */
	public record RowCount(int least, int most, boolean isUncounted) {
	}

}
