package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

/**
 * Command to bring rows into a table, by a {@code DELETE}, an {@code INSERT … SELECT} and
 * an {@code UPDATE} for each five hundred or for all of them, in a transaction. They do
 * what {@code DATA BRANCH MERGE} refuses to do with rows that a foreign key references
 * (MO#27992).
 *
 * @param description what is done
 * @param statements the statements
 * @since 0.1
 */
public record MergeRows(String description, List<SqlText> statements) implements Command {

	/**
	 * The server takes an ENUM column for ambiguous where an {@code UPDATE} sets it from
	 * another table (v4.2.0, no issue known).
	 */
	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		boolean ofEnum = ex.getMessage() != null && ex.getMessage().contains("ambiguous column reference");
		return ofEnum
				? new UnsupportedByServerException("The " + this.description
						+ " cannot be done: the server cannot set an ENUM column from another table. Make the column a "
						+ "VARCHAR with a CHECK, or bring the rows over yourself", this.statements.get(0).sql(), ex)
				: null;
	}

}
