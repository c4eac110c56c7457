package io.github.matrixone.spring.control;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to a server's storage: {@code SELECT mo_ctl('dn', 'flush' | 'checkpoint' |
 * 'globalcheckpoint', 'd.t' | '')}. For a table to flush the statement reads from
 * {@code mo_catalog.mo_database}, which gives no row where the database is missing: the
 * server would break off its answer then.
 *
 * @param method what to do
 * @param table the table to flush, with its database, or {@code null}
 * @since 0.1
 */
public record ControlCommand(Method method, @Nullable TableName table) implements Command {

	private static final String IN_DATABASE = " FROM mo_catalog.mo_database "
			+ "WHERE datname = ? AND account_id = current_account_id()";

	private static final Pattern OK = Pattern.compile("\"returnStr\"\\s*:\\s*\"OK\"");

	/**
	 * Flush a table.
	 * @param table the table, with its database
	 * @return the command
	 * @throws UnsupportedByServerException if a name has a dot in it
	 */
	public static ControlCommand flush(TableName table) {
		if (table.name().contains(".") || Objects.requireNonNull(table.database()).value().contains(".")) {
			throw new UnsupportedByServerException("Flushing " + table
					+ " is refused: the server takes the first dot for the end of the database's name");
		}
		return new ControlCommand(Method.FLUSH, table);
	}

	/**
	 * Refuse an answer other than OK.
	 * @param answer the answer
	 * @throws TableNotFoundException if there is none, because the database is missing
	 * @throws DataAccessResourceFailureException if it is something else
	 */
	void requireOk(@Nullable String answer) {
		if (answer == null && this.table != null) {
			throw noSuchTable(this.table, null);
		}
		if (answer == null || !OK.matcher(answer).find()) {
			throw new DataAccessResourceFailureException(
					"The server has answered " + this.method + " with something other than OK: " + answer);
		}
	}

	@Override
	public List<SqlText> statements() {
		String sql = "SELECT mo_ctl('dn', '" + this.method.argument + "', ?)";
		return List.of((this.table != null) ? SqlText.of(sql + IN_DATABASE,
				database(this.table) + '.' + this.table.normalizedName(), database(this.table)) : SqlText.of(sql, ""));
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (this.table != null && MatrixOneError.of(ex) == MatrixOneError.NO_SUCH_TABLE)
				? noSuchTable(this.table, ex) : null;
	}

	private static TableNotFoundException noSuchTable(TableName table, @Nullable SQLException cause) {
		return TableNotFoundException.of(table, "to flush", null, cause);
	}

	private static String database(TableName table) {
		return Objects.requireNonNull(table.database()).normalized();
	}

	/**
	 * What to do.
	 */
	public enum Method {

		/**
		 * Write a table's rows from memory to storage.
		 */
		FLUSH("flush"),

		/**
		 * Take an incremental checkpoint.
		 */
		CHECKPOINT("checkpoint"),

		/**
		 * Take a global checkpoint.
		 */
		GLOBAL_CHECKPOINT("globalcheckpoint");

		private final String argument;

		Method(String argument) {
			this.argument = argument;
		}

	}

}
