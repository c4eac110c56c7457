package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.github.matrixone.spring.sql.TableName;

/**
 * A copy of all rows of a table into an empty one.
 *
 * @param source the table to copy from
 * @param target the table to copy to
 */
record RowCopy(TableName source, TableName target) {

	/**
	 * Return the statements that copy rows.
	 * @param own where to look up the columns of the targets
	 */
	static List<String> statements(Connection own, List<RowCopy> copies) throws SQLException {
		List<String> statements = new ArrayList<>();
		for (RowCopy copy : copies) {
			String columns = String.join(", ", Catalog.columns(own, copy.target));
			statements.add("INSERT INTO " + copy.target.quoted() + " (" + columns + ") OVERRIDING SYSTEM VALUE SELECT "
					+ columns + " FROM " + copy.source.quoted());
		}
		return statements;
	}

}
