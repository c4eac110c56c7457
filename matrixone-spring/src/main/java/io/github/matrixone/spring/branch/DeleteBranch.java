package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to delete a branch: {@code DATA BRANCH DELETE TABLE b}.
 *
 * @param branch the branch, with its database
 * @param ifExists whether a missing branch is no error; it is looked up first
 * @param id the logical identity of the table that is meant, where that is known and
 * another one of the same name is to be left alone
 * @since 0.1
 */
public record DeleteBranch(TableName branch, boolean ifExists, @Nullable String id) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "delete-branch";

	private static final String FROM = """
			SELECT 1 FROM mo_catalog.mo_tables t
			JOIN mo_catalog.mo_branch_metadata m ON m.table_id = t.rel_id AND m.table_deleted = false
			WHERE t.account_id = current_account_id() AND t.reldatabase = ? AND t.relname = ?""";

	private static final String IS_THERE = """
			SELECT 1 FROM mo_catalog.mo_tables t
			WHERE t.account_id = current_account_id() AND t.rel_logical_id = ?""";

	private static final String HAS_NAME = IS_THERE + " AND t.reldatabase = ? AND t.relname = ?";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static DeleteBranch read(CommandText text) {
		return new DeleteBranch(text.table("target"), text.option("if-exists"), text.find("id"));
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DATA BRANCH DELETE TABLE " + this.branch.quoted()));
	}

	/**
	 * {@inheritDoc} A branch that is meant is looked for under whatever name, because it
	 * is not deleted as long as it is there.
	 */
	@Override
	public @Nullable SqlText pending() {
		if (this.id != null) {
			return SqlText.of(IS_THERE, this.id);
		}
		return this.ifExists ? SqlText.of(FROM, database(), this.branch.normalizedName()) : null;
	}

	@Override
	public List<Precondition> preconditions() {
		return (this.id == null) ? List.of()
				: List.of(Precondition.exists(SqlText.of(HAS_NAME, this.id, database(), this.branch.normalizedName()),
						() -> new BranchNotFoundException("Branch " + this.branch + " is left as it is: it was renamed "
								+ "since its deletion was asked for. Delete it by its new name")));
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		if (MatrixOneError.of(ex) == MatrixOneError.NO_SUCH_TABLE) {
			return new BranchNotFoundException("There is no branch " + this.branch, statements().get(0).sql(), ex);
		}
		boolean noBranch = ex.getMessage() != null && ex.getMessage().contains("is not an active branch table");
		return noBranch ? new BranchNotFoundException("Table " + this.branch + " is left as it is: it is no branch, or "
				+ "none any more since it was emptied by TRUNCATE or by a DELETE without WHERE. "
				+ "CloneOperations.dropTable drops any table", statements().get(0).sql(), ex) : null;
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

	private String database() {
		return Objects.requireNonNull(this.branch.database(), "The branch's database must be known").normalized();
	}

	@Override
	public String description() {
		return "deletion of branch " + this.branch;
	}

}
