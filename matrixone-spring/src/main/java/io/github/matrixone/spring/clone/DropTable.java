package io.github.matrixone.spring.clone;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to drop a table: {@code DROP TABLE [IF EXISTS] d.t}.
 *
 * @param table the table, with its database
 * @param ifExists whether a missing table is no error
 * @param id the identity of the table that is meant, where that is known and another
 * table of the same name is to be left alone; it stays when the table is altered or
 * emptied
 * @since 0.1
 */
public record DropTable(TableName table, boolean ifExists, @Nullable String id) implements Drop {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "drop-table";

	private static final String IDENTITY = "SELECT rel_logical_id FROM mo_catalog.mo_tables WHERE reldatabase = ? "
			+ "AND relname = ? AND account_id = current_account_id()";

	DropTable(TableName table) {
		this(table, false, null);
	}

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static DropTable read(CommandText text) {
		return new DropTable(text.table("target"), text.option("if-exists"), text.find("id"));
	}

	/**
	 * Tell the command that drops a table, alone or with its database.
	 */
	static Predicate<Command> of(TableName table) {
		return (command) -> (command instanceof DropTable drop && drop.table.equals(table))
				|| (command instanceof DropDatabase whole && whole.database().equals(table.database()));
	}

	/**
	 * Make the exception for a table that cannot be made now because the transaction is
	 * still to drop one of that name.
	 * @param table the table
	 * @return the exception
	 */
	static NotAllowedInTransactionException awaited(TableName table) {
		return new NotAllowedInTransactionException("Table " + table + " cannot be made now: its drop, or that of its "
				+ "database, waits for the commit of this transaction and would take the new table away. Use "
				+ "cloneTableAfterCommit, which follows the drop");
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP TABLE " + (this.ifExists ? "IF EXISTS " : "") + this.table.quoted()));
	}

	@Override
	public @Nullable SqlText pending() {
		return (this.id != null)
				? SqlText.of(IDENTITY + " AND rel_logical_id = ?", database(), this.table.normalizedName(), this.id)
				: null;
	}

	@Override
	public SqlText lookUp() {
		return SqlText.lookUp(this.table);
	}

	@Override
	public SqlText identity() {
		return SqlText.of(IDENTITY, database(), this.table.normalizedName());
	}

	@Override
	public Drop meant(@Nullable String id) {
		return new DropTable(this.table, true, id);
	}

	@Override
	public boolean isOf(Command clone) {
		return (clone instanceof CloneTable made && made.account() == null && made.target().equals(this.table))
				|| (clone instanceof CopyTable copy && copy.target().equals(this.table))
				|| (clone instanceof CloneDatabase database && database.account() == null
						&& database.target().equals(this.table.database()));
	}

	@Override
	public void requireFound(Rows found) {
		Drop.super.requireFound(found);
		if (found.first().filter("VIEW"::equals).isPresent()) {
			throw new TableNotFoundException(
					"There is no table " + this.table + " to drop: it is a view. Use DROP VIEW as SQL text", null,
					null);
		}
	}

	@Override
	public TableNotFoundException notFound() {
		return notFound(null);
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (MatrixOneError.of(ex) == MatrixOneError.NO_SUCH_TABLE) ? notFound(ex) : null;
	}

	@Override
	public String description() {
		return "drop of table " + this.table;
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND).with("target", this.table).with("if-exists", this.ifExists).with("id", this.id);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof TableNotFoundException;
	}

	private TableNotFoundException notFound(@Nullable SQLException cause) {
		return TableNotFoundException.of(this.table, "to drop", (cause != null) ? statements().get(0).sql() : null,
				cause);
	}

	private String database() {
		return Objects.requireNonNull(this.table.database(), "The table's database must be known").normalized();
	}

}
