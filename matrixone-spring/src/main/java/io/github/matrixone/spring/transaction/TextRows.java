package io.github.matrixone.spring.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.LockedRows;

/**
 * What a text and its parameters tell of the rows that a statement changes or locks.
 *
 * @param sql the text of the statement
 * @param parameters gives the value of a parameter by its index, from 0: {@link #NULL}
 * for null, or {@code null} if it is not known
 * @param inTransaction whether it is sent in a transaction, so that locks before it are
 * kept
 * @since 0.1
 */
public record TextRows(String sql, IntFunction<@Nullable Object> parameters,
		boolean inTransaction) implements StatementRows {

	/**
	 * Stands for a parameter that is null.
	 */
	public static final Object NULL = new Object();

	@Override
	public Optional<List<List<Object>>> of(List<String> columns) {
		return Optional.empty();
	}

	@Override
	public Optional<SqlText> from() {
		return this.inTransaction ? LockedRows.of(this.sql).flatMap((rows) -> from(rows, this.parameters))
				: Optional.empty();
	}

	@Override
	public @Nullable LockedRows locked() {
		return LockedRows.of(this.sql).orElse(null);
	}

	@Override
	public @Nullable Object parameter(int index) {
		return this.parameters.apply(index);
	}

	@Override
	public Optional<SqlText> statement() {
		return (this.inTransaction && this.sql.indexOf('?') < 0) ? Optional.of(SqlText.of(this.sql)) : Optional.empty();
	}

	/**
	 * Return which rows of a table are meant.
	 * @param rows what the text tells
	 * @param parameters gives the value of a parameter of the statement by its index,
	 * from 0: {@link #NULL} for null, or {@code null} if it is not known
	 * @return {@code FROM t WHERE …}, or nothing if a parameter is not known
	 */
	public static Optional<SqlText> from(LockedRows rows, IntFunction<@Nullable Object> parameters) {
		List<Object> arguments = new ArrayList<>();
		StringBuilder from = new StringBuilder("FROM ").append(rows.table());
		from.append(rows.condition().get(0).isEmpty() ? "" : " ").append(rows.condition().get(0));
		for (int i = 0; i < rows.parameters(); i++) {
			Object value = parameters.apply(rows.firstParameter() - 1 + i);
			if (value == null) {
				return Optional.empty();
			}
			if (value != NULL) {
				arguments.add(value);
			}
			from.append((value != NULL) ? "?" : "NULL").append(rows.condition().get(i + 1));
		}
		return Optional.of(SqlText.of(from.toString(), arguments.toArray()));
	}

}
