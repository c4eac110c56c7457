package io.github.matrixone.spring.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.LockedRows;
import io.github.matrixone.spring.sql.LockedRows.EqualValue;

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
	public boolean areLimited() {
		return LockedRows.of(this.sql).filter(LockedRows::isLimited).isPresent();
	}

	@Override
	public boolean areQueried() {
		return LockedRows.of(this.sql).filter(LockedRows::isQueried).isPresent();
	}

	@Override
	public boolean compareColumns() {
		return LockedRows.of(this.sql).filter((rows) -> !rows.equalColumns().isEmpty()).isPresent();
	}

	@Override
	public @Nullable Object equalTo(String column) {
		LockedRows rows = LockedRows.of(this.sql).orElse(null);
		return (rows != null) ? equalTo(rows, column, this.parameters) : null;
	}

	@Override
	public @Nullable Set<String> changedColumns() {
		LockedRows rows = LockedRows.of(this.sql).orElse(null);
		return (rows != null) ? rows.changedColumns() : null;
	}

	@Override
	public Optional<SqlText> statement() {
		return (this.inTransaction && this.sql.indexOf('?') < 0) ? Optional.of(SqlText.of(this.sql)) : Optional.empty();
	}

	/**
	 * Return what a column has to be equal to.
	 * @param rows what the text tells
	 * @param column the column's name in lower case
	 * @param parameters gives the value of a parameter of the statement by its index
	 * @return the value, or {@code null} if it may be equal to several ones or is not
	 * known
	 */
	public static @Nullable Object equalTo(LockedRows rows, String column, IntFunction<@Nullable Object> parameters) {
		EqualValue value = rows.equalColumns().get(column);
		if (value == null) {
			return null;
		}
		return (value.parameter() > 0) ? parameters.apply(value.parameter() - 1)
				: value.isText() ? Literal.TEXT : Literal.NUMBER;
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
