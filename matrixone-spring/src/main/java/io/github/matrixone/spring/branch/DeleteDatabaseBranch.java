package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Command to delete the branch of a database: {@code DATA BRANCH DELETE DATABASE b}.
 *
 * @param branch the branch
 * @param ifExists whether a missing branch is no error; it is looked up first
 * @param id the identity of the database that is meant, where that is known and another
 * one of the same name is to be left alone
 * @since 0.1
 */
public record DeleteDatabaseBranch(DatabaseName branch, boolean ifExists,
		@Nullable String id) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "delete-database-branch";

	private static final int NO_SUCH_DATABASE = 1049;

	/** It has gone while its deletion was waiting for a lock. */
	private static final int NOTHING_TO_DROP = 1008;

	private static final String THERE = """
			SELECT 1 FROM mo_catalog.mo_tables t
			JOIN mo_catalog.mo_branch_metadata m ON m.table_id = t.rel_id AND m.table_deleted = false
			WHERE t.account_id = current_account_id() AND t.reldatabase = ? LIMIT 1""";

	private static final String IS_MEANT = """
			SELECT 1 FROM mo_catalog.mo_database
			WHERE account_id = current_account_id() AND datname = ? AND dat_id = ?""";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static DeleteDatabaseBranch read(CommandText text) {
		return new DeleteDatabaseBranch(text.database("target"), text.option("if-exists"), text.find("id"));
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DATA BRANCH DELETE DATABASE " + this.branch.quoted()));
	}

	@Override
	public @Nullable SqlText pending() {
		if (this.id != null) {
			return SqlText.of(IS_MEANT, this.branch.normalized(), this.id);
		}
		return this.ifExists ? SqlText.of(THERE, this.branch.normalized()) : null;
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		boolean noBranch = ex.getErrorCode() == NO_SUCH_DATABASE || ex.getErrorCode() == NOTHING_TO_DROP
				|| (ex.getMessage() != null && ex.getMessage().contains("is not an active branch"));
		return noBranch ? new BranchNotFoundException("There is no branch " + this.branch
				+ ", or it has tables that are none, such as those that were made in it, or emptied by TRUNCATE or by a "
				+ "DELETE without WHERE: it is left as it is. CloneOperations.dropDatabase drops any database",
				statements().get(0).sql(), ex) : null;
	}

	/**
	 * {@inheritDoc} Of a branch that is meant {@link #pending()} tells.
	 */
	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return this.id == null && ex instanceof BranchNotFoundException;
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND).with("target", this.branch).with("if-exists", this.ifExists).with("id", this.id);
	}

	@Override
	public String description() {
		return "deletion of branch " + this.branch;
	}

}
