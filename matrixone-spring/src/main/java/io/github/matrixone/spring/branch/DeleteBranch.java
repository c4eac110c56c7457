package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to delete a branch: {@code DATA BRANCH DELETE TABLE b}.
 *
 * @param branch the branch, with its database
 * @param ifExists whether a missing branch is no error; it is looked up first
 * @param id the identity of the branch that is meant, where that is known and another one
 * of the same name is to be left alone
 * @since 0.1
 */
public record DeleteBranch(TableName branch, boolean ifExists, @Nullable String id) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "delete-branch";

	private static final int NO_SUCH_TABLE = 1146;

	private static final int MOST_ALTERATIONS = 8;

	private static final String FROM = """
			SELECT 1 FROM mo_catalog.mo_tables t
			JOIN mo_catalog.mo_branch_metadata m ON m.table_id = t.rel_id AND m.table_deleted = false""";

	private static final String WHERE = " WHERE t.account_id = current_account_id() AND t.reldatabase = ? AND t.relname = ?";

	private static final String ALTERATIONS = IntStream.rangeClosed(1, MOST_ALTERATIONS)
		.mapToObj((i) -> " LEFT JOIN mo_catalog.mo_branch_metadata a" + i + " ON a" + i + ".table_id = "
				+ ((i == 1) ? "t.rel_id" : "a" + (i - 1) + ".p_table_id") + " AND a" + i + ".level LIKE 'alter%'")
		.collect(Collectors.joining());

	/**
	 * A branch that was altered has another identity each time, and tells the one before.
	 */
	private static final String IS_MEANT = " AND ? IN (t.rel_id" + IntStream.rangeClosed(1, MOST_ALTERATIONS)
		.mapToObj((i) -> ", a" + i + ".p_table_id")
		.collect(Collectors.joining()) + ')';

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

	@Override
	public @Nullable SqlText pending() {
		if (this.id != null) {
			return SqlText.of(FROM + ALTERATIONS + WHERE + IS_MEANT, database(), this.branch.normalizedName(), this.id);
		}
		return this.ifExists ? SqlText.of(FROM + WHERE, database(), this.branch.normalizedName()) : null;
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		boolean noBranch = ex.getErrorCode() == NO_SUCH_TABLE
				|| (ex.getMessage() != null && ex.getMessage().contains("is not an active branch table"));
		return noBranch
				? new BranchNotFoundException("There is no branch " + this.branch, statements().get(0).sql(), ex)
				: null;
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof BranchNotFoundException;
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
