package io.github.matrixone.spring.transaction;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;

/**
 * Looks up foreign keys through which a change of another table reaches a table's rows
 * without naming it.
 */
final class ForeignKeys {

	private static final SqlText TABLES = SqlText
		.of("SELECT DISTINCT lower(table_name) FROM mo_catalog.mo_foreign_keys");

	private static final String ALL_DELETED = "DELETE with a JOIN and without a WHERE is refused, because a table that it "
			+ "names has a foreign key%s: the server would delete all rows of that table, whatever the join says. Add a "
			+ "WHERE, such as the condition of the join; WHERE 1 = 1 is enough";

	private ForeignKeys() {
	}

	/**
	 * Return what must be sent to know that a {@code DELETE} with a {@code JOIN} and
	 * without a {@code WHERE} does what it says.
	 * @param names the names in the statement
	 */
	static PreparatoryStatement requireNone(Set<String> names) {
		return new PreparatoryStatement(TABLES, (rows) -> {
			for (List<@Nullable String> row : rows.values()) {
				if (names.contains(row.get(0))) {
					throw new StatementRefusedException(Reason.UNSUPPORTED,
							ALL_DELETED.formatted(" (" + row.get(0) + ')'));
				}
			}
		}, (ex) -> {
			if (ex.getErrorCode() != MatrixOneError.INTERNAL.code()) {
				throw ex;
			}
			throw new StatementRefusedException(Reason.UNSUPPORTED,
					ALL_DELETED.formatted(", or may have one: mo_catalog.mo_foreign_keys cannot be read"));
		});
	}

}
