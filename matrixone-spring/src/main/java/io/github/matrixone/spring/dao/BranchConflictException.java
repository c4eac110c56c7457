package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * A branch and its parent have both changed a row, so that a merge would lose something,
 * or somebody else was writing while they were merged.
 *
 * @since 0.1
 */
public class BranchConflictException extends DataIntegrityViolationException implements SqlError {

	@Serial
	private static final long serialVersionUID = 1L;

	/** How many rows the message names. */
	private static final int NAMED = 10;

	private final @Nullable String sql;

	/**
	 * Create a new exception where nothing was sent.
	 * @param message what happened and what can be done
	 */
	public BranchConflictException(String message) {
		this(message, null, null);
	}

	/**
	 * Create a new exception.
	 * @param message what happened and what can be done
	 * @param sql the statement that failed, or {@code null} if none was sent
	 * @param cause the driver's exception, or {@code null} if the server was not asked
	 */
	public BranchConflictException(String message, @Nullable String sql, @Nullable Throwable cause) {
		super(message, cause);
		this.sql = sql;
	}

	/**
	 * Create an exception for rows that both have changed.
	 * @param branch the branch
	 * @param target its parent
	 * @param keys the keys of the rows
	 * @return the exception
	 */
	public static BranchConflictException of(String branch, String target, List<String> keys) {
		return new BranchConflictException(branch + " is not merged: " + keys.size()
				+ " rows were changed there and in " + target + " as well, " + first(keys)
				+ ". Look at them with BranchOperations.diff, and say what is to be lost with mergeKeepingTarget, "
				+ "mergeTakingBranch or pick");
	}

	/**
	 * Create an exception for rows that a branch and its parent have changed, where the
	 * changes of the branch were to be brought over to a new one.
	 * @param branch the branch
	 * @param keys the keys of the rows
	 * @return the exception
	 */
	public static BranchConflictException ofRebase(String branch, List<String> keys) {
		return new BranchConflictException(branch + " is not brought over to a new branch: " + keys.size()
				+ " rows were changed there and in its parent as well, " + first(keys)
				+ ". Look at them with BranchOperations.diff, and say with rebase(diff, …) which of them the new branch "
				+ "is to have");
	}

	/**
	 * Create an exception for rows that were changed again after somebody has looked.
	 * @param tables the tables
	 * @param keys the keys of the rows
	 * @return the exception
	 */
	public static BranchConflictException moved(String tables, List<String> keys) {
		return new BranchConflictException(
				"Nothing was done: " + keys.size() + " rows of " + tables + " were changed since they were looked at, "
						+ first(keys) + ". Look at them with BranchOperations.diff again");
	}

	private static String first(List<String> keys) {
		return String.join(", ", keys.subList(0, Math.min(keys.size(), NAMED)))
				+ ((keys.size() > NAMED) ? " and others" : "");
	}

	@Override
	public @Nullable String getSql() {
		return this.sql;
	}

}
