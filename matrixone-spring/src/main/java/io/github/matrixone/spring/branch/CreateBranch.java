package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to make a branch of a table:
 * <code>DATA BRANCH CREATE TABLE b FROM t [{hint}]</code>.
 *
 * @param source the table, with its database
 * @param branch the table to make, with its database
 * @param asOf the point in time that the branch begins with, or {@code null} for now
 * @since 0.1
 */
public record CreateBranch(TableName source, TableName branch, @Nullable AsOf asOf) implements UndoableCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "create-branch";

	private static final int TARGET_EXISTS = 1050;

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CreateBranch read(CommandText text) {
		return new CreateBranch(text.table("source"), text.table("target"), text.asOf());
	}

	static Predicate<Command> of(TableName branch) {
		return (command) -> command instanceof CreateBranch create && create.branch.equals(branch);
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DATA BRANCH CREATE TABLE " + this.branch.quoted() + " FROM " + this.source.quoted()
				+ ((this.asOf != null) ? this.asOf.hint() : "")));
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		if (ex.getErrorCode() == TARGET_EXISTS) {
			return new CloneTargetExistsException("Table " + this.branch + " already exists", sql(), ex);
		}
		boolean noSource = ex.getMessage() != null
				&& ex.getMessage().endsWith("table \"" + this.source.normalizedName() + "\" does not exist");
		return noSource ? TableNotFoundException.of(this.source, "to make a branch of", sql(), ex) : null;
	}

	@Override
	public String key() {
		return "branch " + Objects.requireNonNull(this.branch.database()).normalized() + '.'
				+ this.branch.normalizedName();
	}

	@Override
	public DeleteBranch undo() {
		return new DeleteBranch(this.branch, true, null);
	}

	@Override
	public SqlText lookUp() {
		return FoundBranch.ALL;
	}

	/**
	 * A branch that began with an earlier point in time does not show when it was made.
	 */
	@Override
	public Optional<Made> made(Rows answer) {
		return FoundBranch.find(answer, this.branch).map((found) -> {
			Branch made = found.first();
			return new Made(made.branchedAt(), this.asOf == null && this.source.equals(made.parent()),
					"a branch of " + made.parent() + " at " + made.branchedAt(), found.deletion());
		});
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof CloneTargetExistsException;
	}

	@Override
	public CloneTargetExistsException alreadyExists() {
		return new CloneTargetExistsException("Branch " + this.branch + " already exists");
	}

	@Override
	public CloneTargetExistsException isBeingMade(DataAccessException ex) {
		return new CloneTargetExistsException("Branch " + this.branch + " is that of another transaction which has not "
				+ "ended, or of a process that has died. In the latter case it is deleted by the journal's recovery",
				null, ex);
	}

	@Override
	public BranchNotFoundException takenAway(String message) {
		return new BranchNotFoundException(message);
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND).with("source", this.source).with("target", this.branch).with(this.asOf);
	}

	@Override
	public String description() {
		return "branch " + this.branch + " of table " + this.source;
	}

	private String sql() {
		return statements().get(0).sql();
	}

}
