package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to keep what a branch has changed in a table: {@code CREATE TABLE t (…)} and
 * {@code INSERT INTO t SELECT …}, in a transaction.
 *
 * @param branch the branch
 * @param table the table to make, with its database
 * @param statements the statements
 */
record SaveDiff(TableName branch, TableName table, List<SqlText> statements) implements Command {

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (MatrixOneError.of(ex) == MatrixOneError.TABLE_EXISTS) ? new CloneTargetExistsException(
				"Table " + this.table + " already exists", this.statements.get(0).sql(), ex) : null;
	}

	@Override
	public String description() {
		return "diff of branch " + this.branch + " into table " + this.table;
	}

	/**
	 * Return a query for the number of rows that were kept.
	 */
	SqlText count() {
		return SqlText.of("SELECT count(*) FROM " + this.table.quoted());
	}

}
