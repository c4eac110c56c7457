package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

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

	private final Set<TableName> reached = new HashSet<>();

	/**
	 * Look up what the check of a statement has to know: whether a change of another
	 * table reaches the source of a clone, or clones that the transaction has made.
	 * @param statement the statement
	 * @param inTransaction whether it is part of a transaction
	 * @param database the session's database
	 * @param activity what the transaction has done before
	 */
	List<PreparatoryStatement> lookUps(SqlStatement statement, boolean inTransaction, SessionDatabase database,
			TransactionHistory activity) throws SQLException {
		this.reached.clear();
		Set<String> deletesByJoin = statement.deletesByJoin();
		if (deletesByJoin != null) {
			return List.of(requireNone(deletesByJoin));
		}
		boolean matters = inTransaction && switch (statement.kind()) {
			case CLONE_TABLE -> activity.hasModified();
			case MODIFY, OTHER -> activity.hasCloned();
			default -> false;
		};
		TableName table = matters ? database.tableOf(statement) : null;
		if (table == null) {
			return Preparation.NONE;
		}
		if (statement.kind() == Kind.CLONE_TABLE) {
			return activity.hasModified(table) ? Preparation.NONE : List.of(lookUp(table));
		}
		return activity.hasCloned(table) ? Preparation.NONE
				: activity.clonedTables().stream().map(this::lookUp).toList();
	}

	/**
	 * Return whether the look-ups have found a table that is reached through a foreign
	 * key.
	 */
	boolean reach(TableName table) {
		return this.reached.contains(table);
	}

	private PreparatoryStatement lookUp(TableName table) {
		return new PreparatoryStatement(SqlText.cascadesTo(table), (rows) -> {
			if (!rows.isEmpty()) {
				this.reached.add(table);
			}
		});
	}

	/**
	 * Return what must be sent to know that a {@code DELETE} with a {@code JOIN} and
	 * without a {@code WHERE} does what it says.
	 * @param names the names in the statement
	 */
	private static PreparatoryStatement requireNone(Set<String> names) {
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
