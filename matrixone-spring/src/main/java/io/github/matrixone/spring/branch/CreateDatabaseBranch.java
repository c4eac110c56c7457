package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Command to make a branch of a database:
 * <code>DATA BRANCH CREATE DATABASE b FROM d [{hint}]</code>.
 *
 * @param source the database
 * @param branch the database to make
 * @param asOf the point in time that the branch begins with, or {@code null} for now
 * @since 0.1
 */
public record CreateDatabaseBranch(DatabaseName source, DatabaseName branch,
		@Nullable AsOf asOf) implements UndoableCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "create-database-branch";

	private static final int TARGET_EXISTS = 1007;

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CreateDatabaseBranch read(CommandText text) {
		return new CreateDatabaseBranch(text.database("source"), text.database("target"), text.asOf());
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DATA BRANCH CREATE DATABASE " + this.branch.quoted() + " FROM "
				+ this.source.quoted() + ((this.asOf != null) ? this.asOf.hint() : "")));
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (ex.getErrorCode() == TARGET_EXISTS) ? new CloneTargetExistsException(
				"Database " + this.branch + " already exists", statements().get(0).sql(), ex) : null;
	}

	@Override
	public String key() {
		return "branch " + this.branch.normalized();
	}

	@Override
	public DeleteDatabaseBranch undo() {
		return new DeleteDatabaseBranch(this.branch, true, null);
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
			return new Made(made.branchedAt(),
					this.asOf == null && made.parent() != null && this.source.equals(made.parent().database()),
					"a branch with " + made.table() + " of " + made.parent() + " at " + made.branchedAt(),
					found.deletion());
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
		return "branch " + this.branch + " of database " + this.source;
	}

}
