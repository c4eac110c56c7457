package io.github.matrixone.spring.transaction;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.LockedRows;

/**
 * What the text alone tells of the rows that a statement changes or locks.
 *
 * @param sql the text of the statement
 * @param inTransaction whether it is sent in a transaction, so that locks before it are
 * kept
 * @since 0.1
 */
public record TextRows(String sql, boolean inTransaction) implements StatementRows {

	@Override
	public Optional<List<List<Object>>> of(List<String> columns) {
		return Optional.empty();
	}

	@Override
	public Optional<SqlText> from() {
		return LockedRows.of(this.sql)
			.filter((rows) -> this.inTransaction && rows.parameters() == 0)
			.map((rows) -> SqlText
				.of("FROM " + rows.table() + (rows.isAll() ? "" : " WHERE " + rows.condition().get(0))));
	}

	@Override
	public Set<String> equalColumns() {
		return LockedRows.of(this.sql).map(LockedRows::equalColumns).orElse(Set.of());
	}

	@Override
	public Optional<SqlText> statement() {
		return (this.inTransaction && this.sql.indexOf('?') < 0) ? Optional.of(SqlText.of(this.sql)) : Optional.empty();
	}

}
