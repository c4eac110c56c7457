package io.github.matrixone.spring.transaction;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.NamedDatabase;

/**
 * The branch of a database that a thread works in: each connection on which the thread
 * does something is in the branch where it would be in the parent.
 *
 * @param branch the branch
 * @param parent the database that it stands for
 * @param id the identity of one of its tables: another account may have databases of
 * these names as well
 * @param branchedAt the point in time that this table began with, in nanoseconds: on
 * another server a table may even have the same identity
 * @since 0.1
 */
public record CurrentBranch(DatabaseName branch, DatabaseName parent, String id, long branchedAt) {

	private static final ThreadLocal<CurrentBranch> ofThread = new ThreadLocal<>();

	/**
	 * How many threads work in a branch: mostly none, and then there is nothing to do.
	 */
	private static final AtomicInteger threads = new AtomicInteger();

	/**
	 * Return the branch that the current thread works in.
	 * @return the branch, or {@code null}
	 */
	public static @Nullable CurrentBranch get() {
		return (threads.get() != 0) ? ofThread.get() : null;
	}

	/**
	 * Refuse something that is not done in a branch.
	 * @param what what is refused
	 */
	public static void requireNone(String what) {
		CurrentBranch current = get();
		if (current != null) {
			throw new InvalidDataAccessApiUsageException(current.refusal(what));
		}
	}

	/**
	 * Refuse something that would lead a connection out of the branch.
	 * @param what what is refused
	 * @return the refusal
	 */
	public StatementRefusedException refused(String what) {
		return new StatementRefusedException(Reason.UNSUPPORTED, refusal(what));
	}

	private String refusal(String what) {
		return what + " is refused within BranchOperations.in(" + this.branch
				+ ", …), where repositories and SQL reach the branch and nothing else. Do it before or after";
	}

	/**
	 * Let the current thread work in the branch.
	 * @param <T> the type of the result
	 * @param work what it does
	 * @return its result
	 */
	public <T extends @Nullable Object> T call(Supplier<T> work) {
		requireNone("Another branch");
		threads.incrementAndGet();
		ofThread.set(this);
		try {
			return work.get();
		}
		finally {
			ofThread.remove();
			threads.decrementAndGet();
		}
	}

	/**
	 * Return a query that gives a row where the branch is the one that is meant.
	 * @return the query
	 */
	public SqlText lookUp() {
		return SqlText.of(
				"SELECT 1 FROM mo_catalog.mo_tables WHERE account_id = current_account_id() "
						+ "AND reldatabase = ? AND rel_id = ? "
						+ "AND EXISTS (SELECT 1 FROM mo_catalog.mo_branch_metadata WHERE clone_ts = ?)",
				this.branch.normalized(), this.id, this.branchedAt);
	}

	/**
	 * Refuse a text that names the parent, because it would go past the branch.
	 * @param sql the text
	 * @throws StatementRefusedException if it does
	 */
	public void requireUnnamed(String sql) throws StatementRefusedException {
		if (NamedDatabase.isIn(sql, this.parent)) {
			throw new StatementRefusedException(Reason.UNSUPPORTED,
					"This statement names the database " + this.parent
							+ ", in whose place this thread works in its branch " + this.branch
							+ ", and is not sent. Leave the name of the database out");
		}
	}

}
