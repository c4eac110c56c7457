package io.github.matrixone.spring.jdbc.connection;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.InsertedValues;
import io.github.matrixone.spring.sql.LockedRows;
import io.github.matrixone.spring.transaction.StatementRows;
import io.github.matrixone.spring.transaction.TextRows;

/**
 * The parameters of a prepared insert, as far as they may be keys: whole numbers and
 * texts; or those of a statement that changes or locks rows.
 */
final class StatementParameters implements StatementRows {

	static final Object NULL = TextRows.NULL;

	private static final @Nullable Object[] EMPTY = new @Nullable Object[0];

	private static final int MOST_ROWS = 1_000;

	/** What is sent for them does not depend on how they were bound. */
	private static final Set<Class<?>> PLAIN_TYPES = Set.of(BigDecimal.class, BigInteger.class, Boolean.class,
			byte[].class, CalendarValue.class, Date.class, Double.class, Float.class, Instant.class, LocalDate.class,
			LocalDateTime.class, LocalTime.class, OffsetDateTime.class, Time.class, Timestamp.class,
			ZonedDateTime.class);

	private final String sql;

	private final boolean inserts;

	/** Which rows are changed or locked, if it is known. */
	private final @Nullable LockedRows locked;

	private @Nullable Object[] current = EMPTY;

	/** The highest parameter that was bound. */
	private int width;

	/** The parameters of all rows of the batch, one after the other. */
	private @Nullable Object[] batch = EMPTY;

	private int batchWidth;

	private int rows;

	private boolean batchIsWhole = true;

	/**
	 * Create what is known of a statement's rows.
	 * @param sql its text
	 * @param inserts whether it inserts them, or else changes or locks those that are
	 * there
	 */
	StatementParameters(String sql, boolean inserts) {
		this.sql = sql;
		this.inserts = inserts;
		this.locked = inserts ? null : LockedRows.of(sql).orElse(null);
	}

	/**
	 * Take note of a parameter.
	 * @param index its place, from 1
	 * @param value its value, {@link #NULL} for null, or {@code null} if that is no key
	 */
	void set(int index, @Nullable Object value) {
		if (this.locked != null && index < this.locked.firstParameter()) {
			return;
		}
		if (index > this.current.length) {
			this.current = Arrays.copyOf(this.current, Math.max(index, 2 * this.current.length));
		}
		if (index > 0) {
			this.current[index - 1] = (TextRows.isKey(value) || isPlain(value)) ? value : null;
			this.width = Math.max(this.width, index);
		}
	}

	/**
	 * Return whether the driver sends a value as it is where a type is asked for.
	 * @param value the value
	 * @param type the type, of {@link Types}
	 */
	static boolean isKept(Object value, int type) {
		return switch (type) {
			case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR ->
				value instanceof String;
			case Types.INTEGER -> value instanceof Integer || value instanceof Short || value instanceof Byte;
			case Types.BIGINT -> TextRows.isKey(value) && !(value instanceof String);
			case Types.DECIMAL, Types.NUMERIC -> value instanceof BigDecimal;
			case Types.BOOLEAN, Types.BIT -> value instanceof Boolean;
			case Types.DATE -> value instanceof Date || value instanceof LocalDate;
			case Types.TIME -> value instanceof Time || value instanceof LocalTime;
			case Types.TIMESTAMP -> value instanceof Timestamp || value instanceof LocalDateTime;
			case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> value instanceof byte[];
			default -> false;
		};
	}

	void clear() {
		Arrays.fill(this.current, null);
	}

	void addBatch() {
		if (this.rows == 0) {
			this.batchWidth = this.width;
		}
		if (this.rows == MOST_ROWS || this.width != this.batchWidth) {
			this.batchIsWhole = false;
			return;
		}
		int begin = this.rows++ * this.width;
		if (begin + this.width > this.batch.length) {
			this.batch = Arrays.copyOf(this.batch, Math.max(begin + this.width, 2 * this.batch.length));
		}
		System.arraycopy(this.current, 0, this.batch, begin, this.width);
	}

	void clearBatch() {
		this.rows = 0;
		this.batch = EMPTY;
		this.batchIsWhole = true;
	}

	/**
	 * Return the keys of all rows of the batch.
	 */
	StatementRows ofBatch() {
		return new StatementRows() {

			@Override
			public Optional<List<List<Object>>> of(List<String> columns) {
				StatementParameters all = StatementParameters.this;
				return all.batchIsWhole ? keys(columns, all.batch, all.rows, all.batchWidth, false) : Optional.empty();
			}

			@Override
			public Optional<List<List<Object>>> values(List<String> columns) {
				StatementParameters all = StatementParameters.this;
				return all.batchIsWhole ? keys(columns, all.batch, all.rows, all.batchWidth, true) : Optional.empty();
			}

			@Override
			public boolean areSeveral(List<String> columns) {
				StatementParameters all = StatementParameters.this;
				return all.areSeveral(columns, all.batchIsWhole ? all.rows : MOST_ROWS);
			}

			@Override
			public Optional<SqlText> from() {
				StatementParameters all = StatementParameters.this;
				return all.batchIsWhole ? all.from(all.batch, all.rows, all.batchWidth) : Optional.empty();
			}

			@Override
			public @Nullable LockedRows locked() {
				return StatementParameters.this.locked;
			}

			@Override
			public @Nullable Object parameter(int index) {
				return StatementParameters.this.parameter(index);
			}

			@Override
			public boolean areOfBatch() {
				return true;
			}

		};
	}

	@Override
	public Optional<List<List<Object>>> of(List<String> columns) {
		return keys(columns, this.current, 1, this.current.length, false);
	}

	@Override
	public Optional<List<List<Object>>> values(List<String> columns) {
		return keys(columns, this.current, 1, this.current.length, true);
	}

	@Override
	public boolean areSeveral(List<String> columns) {
		return areSeveral(columns, 1);
	}

	private boolean areSeveral(List<String> columns, int executions) {
		return this.inserts && InsertedValues.of(this.sql).rows(columns) * executions > 1;
	}

	@Override
	public Optional<SqlText> from() {
		return from(this.current, 1, this.width);
	}

	@Override
	public @Nullable LockedRows locked() {
		return this.locked;
	}

	@Override
	public @Nullable Object parameter(int index) {
		return (index < this.width) ? this.current[index] : null;
	}

	@Override
	public Optional<SqlText> statement() {
		List<@Nullable Object> arguments = Arrays.asList(this.current).subList(0, this.width);
		return (arguments.contains(null) || arguments.contains(NULL)) ? Optional.empty()
				: Optional.of(SqlText.of(this.sql, arguments.toArray()));
	}

	private Optional<SqlText> from(@Nullable Object[] parameters, int executions, int width) {
		LockedRows locked = this.locked;
		if (locked == null) {
			return Optional.empty();
		}
		if (executions == 1 || locked.parameters() == 0) {
			return TextRows.from(locked, (index) -> (index < width) ? parameters[index] : null);
		}
		String begin = "FROM " + locked.table() + " WHERE";
		List<Object> arguments = new ArrayList<>();
		StringJoiner conditions = new StringJoiner(") OR (", begin + " (", ")");
		for (int i = 0; i < executions; i++) {
			int first = i * width;
			Optional<SqlText> from = TextRows.from(locked,
					(index) -> (index < width) ? parameters[first + index] : null);
			if (from.isEmpty() || locked.isLimited()) {
				return Optional.empty();
			}
			conditions.add(from.get().sql().substring(begin.length()).strip());
			arguments.addAll(from.get().arguments());
		}
		return Optional.of(SqlText.of(conditions.toString(), arguments.toArray()));
	}

	private Optional<List<List<Object>>> keys(List<String> columns, @Nullable Object[] parameters, int executions,
			int width, boolean anyValue) {
		return TextRows.inserted(this.sql, columns, executions,
				(execution) -> (index) -> (index < width) ? parameters[execution * width + index] : null, anyValue);
	}

	private static boolean isPlain(@Nullable Object value) {
		return value != null && PLAIN_TYPES.contains(value.getClass());
	}

}
