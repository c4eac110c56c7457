package io.github.matrixone.spring.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.InsertedValues;
import io.github.matrixone.spring.sql.InsertedValues.Value;
import io.github.matrixone.spring.sql.LockedRows;

/**
 * What a text and its parameters tell of the rows that a statement inserts, changes or
 * locks.
 *
 * @param sql the text of the statement
 * @param parameters gives the value of a parameter by its index, from 0: {@link #NULL}
 * for null, or {@code null} if it is not known
 * @since 0.1
 */
public record TextRows(String sql, IntFunction<@Nullable Object> parameters) implements StatementRows {

	/**
	 * Stands for a parameter that is null.
	 */
	public static final Object NULL = new Object();

	@Override
	public Optional<List<List<Object>>> of(List<String> columns) {
		return inserted(this.sql, columns, 1, (execution) -> this.parameters, false);
	}

	@Override
	public Optional<List<List<Object>>> values(List<String> columns) {
		return inserted(this.sql, columns, 1, (execution) -> this.parameters, true);
	}

	@Override
	public boolean areSeveral(List<String> columns) {
		return InsertedValues.of(this.sql).rows(columns) > 1;
	}

	@Override
	public Optional<SqlText> from() {
		return LockedRows.of(this.sql).flatMap((rows) -> from(rows, this.parameters));
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
		return (this.sql.indexOf('?') < 0) ? Optional.of(SqlText.of(this.sql)) : Optional.empty();
	}

	/**
	 * Return what an insert gives several columns, without the rows that get a null in
	 * one of them.
	 * @param sql the text of the insert
	 * @param columns the columns' names, in any case
	 * @param executions how often it is sent
	 * @param parameters gives those of an execution, by its number from 0, each by its
	 * index from 0: {@link #NULL} for null, or {@code null} if it is not known
	 * @param anyValue whether values count as known that are no {@linkplain #isKey keys}
	 * @return the values of each row in the order of the columns, or nothing if they are
	 * not known
	 */
	public static Optional<List<List<Object>>> inserted(String sql, List<String> columns, int executions,
			IntFunction<IntFunction<@Nullable Object>> parameters, boolean anyValue) {
		List<List<Value>> values = new ArrayList<>();
		for (String column : columns) {
			Optional<List<Value>> ofColumn = InsertedValues.of(sql).column(column);
			if (ofColumn.isEmpty()) {
				return Optional.empty();
			}
			values.add(ofColumn.get());
		}
		List<List<Object>> keys = new ArrayList<>();
		for (int i = 0; i < executions; i++) {
			IntFunction<@Nullable Object> ofExecution = parameters.apply(i);
			for (int row = 0; row < values.get(0).size(); row++) {
				List<Object> key = new ArrayList<>();
				for (List<Value> ofColumn : values) {
					Object part = inserted(ofColumn.get(row), ofExecution);
					if (part == null || !(anyValue || isKey(part))) {
						return Optional.empty();
					}
					key.add(part);
				}
				if (!key.contains(NULL)) {
					keys.add(key);
				}
			}
		}
		return Optional.of(keys);
	}

	private static @Nullable Object inserted(Value value, IntFunction<@Nullable Object> parameters) {
		if (value.isNull()) {
			return NULL;
		}
		return (value.parameter() == 0) ? value.literal() : parameters.apply(value.parameter() - 1);
	}

	/**
	 * Return whether the value of a parameter may be that of a key: a whole number, a
	 * text or null.
	 * @param value the value, {@link #NULL} for null, or {@code null} if it is not known
	 * @return whether it may be
	 */
	public static boolean isKey(@Nullable Object value) {
		return value == NULL || value instanceof Long || value instanceof Integer || value instanceof Short
				|| value instanceof Byte || value instanceof String;
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
