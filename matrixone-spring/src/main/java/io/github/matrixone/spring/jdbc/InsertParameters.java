package io.github.matrixone.spring.jdbc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.InsertedValues;
import io.github.matrixone.spring.sql.InsertedValues.Value;
import io.github.matrixone.spring.transaction.InsertedKeys;

/**
 * The parameters of a prepared insert, as far as they may be keys: whole numbers and
 * texts.
 */
final class InsertParameters implements InsertedKeys {

	private static final Object NULL = new Object();

	private static final int MOST_ROWS = 1_000;

	private final String sql;

	private final List<@Nullable Object[]> batch = new ArrayList<>(0);

	private @Nullable Object[] current = new Object[8];

	private boolean batchIsWhole = true;

	InsertParameters(String sql) {
		this.sql = sql;
	}

	/**
	 * Take note of a call of a method of the statement.
	 */
	void called(String method, Object[] args) {
		if (args.length >= 2 && method.startsWith("set") && args[0] instanceof Integer index) {
			set(index, method.equals("setNull") ? NULL : args[1]);
		}
		else if (method.equals("clearParameters")) {
			Arrays.fill(this.current, null);
		}
	}

	void addBatch() {
		if (this.batch.size() < MOST_ROWS) {
			this.batch.add(this.current.clone());
		}
		else {
			this.batchIsWhole = false;
		}
	}

	void clearBatch() {
		this.batch.clear();
		this.batchIsWhole = true;
	}

	/**
	 * Return the keys of all rows of the batch.
	 */
	InsertedKeys ofBatch() {
		return (column) -> this.batchIsWhole ? keys(column, this.batch) : Optional.empty();
	}

	@Override
	public Optional<List<Object>> of(String column) {
		return keys(column, List.<@Nullable Object[]>of(this.current));
	}

	private Optional<List<Object>> keys(String column, List<@Nullable Object[]> executions) {
		Optional<List<Value>> values = InsertedValues.of(this.sql).column(column);
		if (values.isEmpty()) {
			return Optional.empty();
		}
		List<Object> keys = new ArrayList<>();
		for (@Nullable
		Object[] parameters : executions) {
			for (Value value : values.get()) {
				Object key = key(value, parameters);
				if (key == null) {
					return Optional.empty();
				}
				if (key != NULL) {
					keys.add(key);
				}
			}
		}
		return Optional.of(keys);
	}

	private static @Nullable Object key(Value value, @Nullable Object[] parameters) {
		if (value.parameter() == 0) {
			return value.number();
		}
		return (value.parameter() <= parameters.length) ? parameters[value.parameter() - 1] : null;
	}

	private void set(int index, @Nullable Object value) {
		if (index > this.current.length) {
			this.current = Arrays.copyOf(this.current, Math.max(index, 2 * this.current.length));
		}
		if (index > 0) {
			this.current[index - 1] = isKey(value) ? value : null;
		}
	}

	private static boolean isKey(@Nullable Object value) {
		return value == NULL || value instanceof Long || value instanceof Integer || value instanceof Short
				|| value instanceof Byte || value instanceof String;
	}

}
