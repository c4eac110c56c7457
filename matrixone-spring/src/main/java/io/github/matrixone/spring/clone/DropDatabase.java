package io.github.matrixone.spring.clone;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Command to drop a database: {@code DROP DATABASE [IF EXISTS] d}.
 *
 * @param database the database
 * @param ifExists whether a missing database is no error
 * @param id the identity of the database that is meant, where that is known and another
 * database of the same name is to be left alone
 * @since 0.1
 */
public record DropDatabase(DatabaseName database, boolean ifExists, @Nullable String id) implements Drop {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "drop-database";

	private static final String IDENTITY = "SELECT dat_id FROM mo_catalog.mo_database WHERE datname = ? "
			+ "AND account_id = current_account_id()";

	DropDatabase(DatabaseName database) {
		this(database, false, null);
	}

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static DropDatabase read(CommandText text) {
		return new DropDatabase(text.database("target"), text.option("if-exists"), text.find("id"));
	}

	/**
	 * Tell the command that drops a database.
	 */
	static Predicate<Command> of(DatabaseName database) {
		return (command) -> command instanceof DropDatabase drop && drop.database.equals(database);
	}

	/**
	 * Make the exception for a database that cannot be made now because the transaction
	 * is still to drop one of that name.
	 * @param database the database
	 * @return the exception
	 */
	static NotAllowedInTransactionException awaited(DatabaseName database) {
		return new NotAllowedInTransactionException("Database " + database + " cannot be made now: its drop waits for "
				+ "the commit of this transaction and would take the new database away. Use cloneDatabaseAfterCommit, "
				+ "which follows the drop");
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP DATABASE " + (this.ifExists ? "IF EXISTS " : "") + this.database.quoted()));
	}

	@Override
	public @Nullable SqlText pending() {
		return (this.id != null) ? SqlText.of(IDENTITY + " AND dat_id = ?", this.database.normalized(), this.id) : null;
	}

	@Override
	public SqlText lookUp() {
		return SqlText.lookUp(this.database);
	}

	@Override
	public SqlText identity() {
		return SqlText.of(IDENTITY, this.database.normalized());
	}

	@Override
	public Drop meant(@Nullable String id) {
		return new DropDatabase(this.database, true, id);
	}

	@Override
	public boolean isOf(Command clone) {
		return clone instanceof CloneDatabase made && made.account() == null && made.target().equals(this.database);
	}

	@Override
	public DatabaseNotFoundException notFound() {
		return notFound(null);
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (MatrixOneError.of(ex) == MatrixOneError.NO_DATABASE_TO_DROP) ? notFound(ex) : null;
	}

	@Override
	public String description() {
		return "drop of database " + this.database;
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND).with("target", this.database).with("if-exists", this.ifExists).with("id", this.id);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof DatabaseNotFoundException;
	}

	private DatabaseNotFoundException notFound(@Nullable SQLException cause) {
		return new DatabaseNotFoundException("There is no database " + this.database + " to drop",
				(cause != null) ? statements().get(0).sql() : null, cause);
	}

}
