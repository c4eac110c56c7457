package io.github.matrixone.spring.branch;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * Lets a thread, or a reactive flow, work in the branch of a database as if it was its
 * parent.
 */
final class BranchWork {

	private final DatabaseName branch;

	private final List<Branch> tables;

	/**
	 * Create work.
	 * @param branch the branch
	 * @param tables its tables
	 */
	BranchWork(DatabaseName branch, List<Branch> tables) {
		this.branch = branch;
		this.tables = tables;
	}

	/**
	 * Return where the work is done.
	 * @param current the database that the application's connections are in, or
	 * {@code null} if there is none
	 */
	StandIn in(@Nullable DatabaseName current) {
		return new StandIn(this.branch, requireParent(current), lookUp(), null);
	}

	/**
	 * Another account may have databases of these names as well, and on another server a
	 * table may even have the same identity.
	 */
	private SqlText lookUp() {
		Branch table = this.tables.get(0);
		return SqlText.of(
				"SELECT 1 FROM mo_catalog.mo_tables WHERE account_id = current_account_id() "
						+ "AND reldatabase = ? AND rel_id = ? "
						+ "AND EXISTS (SELECT 1 FROM mo_catalog.mo_branch_metadata WHERE clone_ts = ?)",
				this.branch.normalized(), table.id(), Branch.nanoseconds(table.branchedAt()));
	}

	/**
	 * Names without a database would mean something else in the branch of another one.
	 */
	private DatabaseName requireParent(@Nullable DatabaseName current) {
		Set<DatabaseName> parents = this.tables.stream()
			.filter((table) -> table.parent() != null)
			.map((table) -> Objects.requireNonNull(table.requireParent().database()))
			.collect(Collectors.toSet());
		if (current == null || !parents.equals(Set.of(current))) {
			throw new InvalidDataAccessApiUsageException("Work in " + this.branch + " is refused: it is a branch of "
					+ parents + ", and the connections of the application are in " + current
					+ ". Name the parent in their URL");
		}
		return current;
	}

}
