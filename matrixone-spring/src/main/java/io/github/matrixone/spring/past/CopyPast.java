package io.github.matrixone.spring.past;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Command to make a copy of a database as it was:
 * <code>CREATE DATABASE copy CLONE database {MO_TS = n}</code>. The database is looked up
 * first, because the server makes an empty one of a missing one.
 *
 * @param database the database
 * @param at the point in time
 * @param copy the database to make
 * @since 0.1
 */
public record CopyPast(DatabaseName database, Instant at, DatabaseName copy) implements Command {

	private static final int FILE_NOT_FOUND = 20405;

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText
			.of("CREATE DATABASE " + this.copy.quoted() + " CLONE " + this.database.quoted() + ' ' + hint()));
	}

	@Override
	public List<Precondition> preconditions() {
		return List.of(
				Precondition.exists(SqlText.of("SELECT 1 FROM mo_catalog.mo_database "
						+ hint() + " WHERE datname = ? AND account_id = current_account_id()",
						this.database.normalized()),
						() -> new DatabaseNotFoundException("There was no database " + this.database + " at " + this.at
								+ ", or the server does not go back so far. Read it at a snapshot, or at a later point")),
				Precondition.absent(
						SqlText.of("SELECT 1 FROM mo_catalog.mo_foreign_keys " + hint()
								+ " WHERE db_name = ? AND refer_db_name <> ?", this.database.normalized(),
								this.database.normalized()),
						() -> refused(
								"a foreign key of it leads to another database, whose rows could not be deleted "
										+ "while a copy refers to them, or would be deleted from the copy as well",
								null)));
	}

	/**
	 * The server refuses to clone external tables, and what it has removed since.
	 */
	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		if (ex.getErrorCode() == FILE_NOT_FOUND) {
			return refused("the server has removed rows that were there at " + this.at
					+ ". Take a snapshot of what is to be read later", ex);
		}
		return String.valueOf(ex.getMessage()).contains("is not BASE TABLE")
				? refused("there is a table in it that is none of rows, such as an external one: " + ex.getMessage()
						+ ". Move that to another database", ex)
				: null;
	}

	private UnsupportedByServerException refused(String why, @Nullable SQLException ex) {
		return new UnsupportedByServerException(
				"The past of the database " + this.database + " cannot be read, because " + why,
				statements().get(0).sql(), ex);
	}

	@Override
	public String description() {
		return "copy of database " + this.database + " as of " + this.at;
	}

	private String hint() {
		return AsOf.hint(this.at);
	}

}
