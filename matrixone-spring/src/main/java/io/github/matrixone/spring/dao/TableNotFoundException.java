package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.jdbc.BadSqlGrammarException;

import io.github.matrixone.spring.sql.TableName;

/**
 * There is no table of that name, now or at the point in time asked for.
 *
 * @since 0.1
 */
public class TableNotFoundException extends InvalidDataAccessResourceUsageException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	static final String DOT = "; the name contains a dot: TableName.parse(name) or TableName.of(database, table) names "
			+ "a table of a database";

	private static final String MISSING_TABLE = "42S02";

	private final @Nullable String sql;

	/**
	 * Create a new exception where nothing was sent.
	 * @param message what happened and what can be done
	 */
	public TableNotFoundException(String message) {
		this(message, null, null);
	}

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public TableNotFoundException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	/**
	 * Create an exception for a table where nothing was sent, as
	 * {@link #of(TableName, String, String, Throwable)} does.
	 * @param table the table that is missing
	 * @param what what it is missing for or where, such as "to drop"
	 * @return the exception
	 */
	public static TableNotFoundException of(TableName table, String what) {
		return of(table, what, null, null);
	}

	/**
	 * Create an exception for a table. Where its name contains a dot, the message says
	 * how a table of a database is named.
	 * @param table the table that is missing
	 * @param what what it is missing for or where, such as "to drop"
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 * @return the exception
	 */
	public static TableNotFoundException of(TableName table, String what, @Nullable String sql,
			@Nullable Throwable cause) {
		return new TableNotFoundException(
				("There is no table " + table + ' ' + what).trim() + (table.name().contains(".") ? DOT : ""), sql,
				cause);
	}

	/**
	 * Say what to do where the table of the journal is missing.
	 * @param ex what an entry of the journal has failed with
	 * @return the exception to throw, the same one if it is about something else
	 */
	public static DataAccessException ofJournal(DataAccessException ex) {
		if (ex instanceof BadSqlGrammarException badSql && ex.getCause() instanceof SQLException cause
				&& MISSING_TABLE.equals(MatrixOneError.of(cause).sqlState())) {
			return new TableNotFoundException("Nothing was done, because the table of the journal is missing ("
					+ cause.getMessage() + "). Let the application create it with "
					+ "matrixone.journal.initialize-schema=always, or give the script "
					+ "io/github/matrixone/spring/journal/schema.sql of matrixone-spring to Flyway or Liquibase",
					badSql.getSql(), cause);
		}
		return ex;
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
