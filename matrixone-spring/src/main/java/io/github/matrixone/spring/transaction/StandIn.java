package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.InvalidDataAccessApiUsageException;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.NamedDatabase;
import io.github.matrixone.spring.sql.PastQuery;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

/**
 * A database that a thread, or a reactive flow, works in instead of another one: a branch
 * of it, or a copy of its past. Each connection on which it does something is in this
 * database where it would be in the original. A thread has it here, a flow in its
 * context.
 *
 * @param database the database
 * @param original the database that it stands for
 * @param lookUp a query that gives a row where the database is the one that is meant:
 * another account or server may have databases of these names as well
 * @param past what is read of the past, or {@code null} if this is a branch
 * @since 0.1
 */
public record StandIn(DatabaseName database, DatabaseName original, SqlText lookUp, @Nullable PastQuery past) {

	private static final ThreadLocal<Stay> ofThread = new ThreadLocal<>();

	/**
	 * How many threads work in such a database: mostly none, and then there is nothing to
	 * do.
	 */
	private static final AtomicInteger threads = new AtomicInteger();

	/**
	 * Return the database that the current thread works in.
	 * @return the database, or {@code null} if that is the original
	 */
	public static @Nullable StandIn get() {
		Stay stay = (threads.get() != 0) ? ofThread.get() : null;
		return (stay != null && !stay.over) ? stay.in : null;
	}

	/**
	 * Refuse something that is not done in such a database.
	 * @param what what is refused
	 */
	public static void requireNone(String what) {
		requireNone(get(), what);
	}

	/**
	 * Refuse something that is not done in such a database.
	 * @param current the database that is worked in, or {@code null} if that is the
	 * original
	 * @param what what is refused
	 */
	public static void requireNone(@Nullable StandIn current, String what) {
		if (current != null) {
			throw new InvalidDataAccessApiUsageException(current.refusal(what));
		}
	}

	/**
	 * Refuse to work in such a database in a transaction.
	 * @return the refusal
	 */
	public static NotAllowedInTransactionException refusedInTransaction() {
		return new NotAllowedInTransactionException(
				"Work in a branch or in the past is refused in a transaction, and in methods such as those of "
						+ "NOT_SUPPORTED and SUPPORTS: their connections and entities are those of the database itself. Call "
						+ "BranchOperations.in(…) and PastOperations.asOf(…).execute(…) outside of @Transactional methods of "
						+ "any propagation; those that are called within have transactions of their own, there");
	}

	/**
	 * Refuse a connection that cannot change its database.
	 * @return the refusal
	 */
	public static StatementRefusedException connectionRefused() {
		return new StatementRefusedException(Reason.NOT_ALLOWED_IN_TRANSACTION,
				"This connection cannot change its database: its transaction has begun, or a USE has changed it already. "
						+ "Take connections within BranchOperations.in(…) or asOf(…).execute(…), and give them back there");
	}

	/**
	 * Refuse a connection on which {@link #lookUp} has found nothing.
	 * @param cause why it could not be looked up, or {@code null}
	 * @return the refusal
	 */
	public StatementRefusedException notThere(@Nullable SQLException cause) {
		return new StatementRefusedException(Reason.UNSUPPORTED,
				"This connection leads to another account or server than that of " + this.database
						+ ", where a database is called " + this.original
						+ " as well, or that is gone. Use it before or "
						+ "after BranchOperations.in(…) or asOf(…).execute(…)",
				cause);
	}

	/**
	 * Refuse something that would lead a connection out of the database.
	 * @param what what is refused
	 * @return the refusal
	 */
	public StatementRefusedException refused(String what) {
		return new StatementRefusedException(Reason.UNSUPPORTED, refusal(what));
	}

	private String refusal(String what) {
		return what + " is refused within "
				+ ((this.past != null)
						? "PastOperations.asOf(…).execute(…), where repositories and SQL read the past and nothing else"
						: "BranchOperations.in(" + this.database
								+ ", …), where repositories and SQL reach the branch and nothing else")
				+ ". Do it before or after";
	}

	/**
	 * Let the current thread work in the database.
	 * @param <T> the type of the result
	 * @param work what it does
	 * @return its result
	 */
	public <T extends @Nullable Object> T call(Supplier<T> work) {
		requireNone((this.past != null) ? "Another point in time" : "Another branch");
		Stay stay = new Stay(this);
		threads.incrementAndGet();
		try {
			ofThread.set(stay);
			return work.get();
		}
		finally {
			// After a stack overflow there may be no room for a call any more.
			stay.over = true;
			ofThread.remove();
			threads.decrementAndGet();
		}
	}

	/**
	 * Refuse statements of an application that would lead the connection elsewhere, or
	 * that do anything but read the past.
	 * @param statements the statements
	 * @param isThere whether the connection is in the database
	 * @throws StatementRefusedException if one of them does
	 */
	public void check(List<SqlStatement> statements, boolean isThere) throws StatementRefusedException {
		for (SqlStatement statement : statements) {
			if (statement.kind() == Kind.PREPARED_TEXT || (statement.kind() == Kind.USE && isThere)) {
				throw refused((statement.kind() == Kind.USE) ? "USE" : "PREPARE or EXECUTE");
			}
		}
		if (this.past != null) {
			requireReads(statements);
		}
	}

	/**
	 * Refuse a text that names the original, because it would go past this database, and
	 * one that would read anything but the past.
	 * @param sql the text
	 * @param asked whether the application has asked for it, not the driver
	 * @throws StatementRefusedException if it does
	 */
	public void requireWithin(String sql, boolean asked) throws StatementRefusedException {
		if (this.past != null) {
			requirePast(sql, asked, this.past);
		}
		else if (NamedDatabase.isIn(sql, this.original)) {
			throw new StatementRefusedException(Reason.UNSUPPORTED,
					"This statement names the database " + this.original
							+ ", in whose place this thread works in its branch " + this.database
							+ ", and is not sent. Leave the name of the database out");
		}
	}

	/**
	 * What the driver sets is of the session and not of the past. What it was handed by
	 * the application, past the wrapper, was not looked at before.
	 */
	private void requirePast(String sql, boolean asked, PastQuery past) throws StatementRefusedException {
		String problem = past.problem(sql);
		if (problem == null && asked) {
			return;
		}
		List<SqlStatement> statements = SqlStatement.parse(sql);
		if (problem == null) {
			requireReads(statements);
		}
		else if (!statements.stream().allMatch(StandIn::isOfSession)) {
			throw new StatementRefusedException(Reason.UNSUPPORTED,
					"This statement " + problem
							+ ", and is not sent: what it would read is not of the point in time that "
							+ "PastOperations.asOf(…).execute(…) reads" + cure(problem));
		}
	}

	private static String cure(String problem) {
		if (problem.startsWith("names the database")) {
			return ". Name tables without their database";
		}
		return problem.startsWith("asks for the current time") ? ". Pass times as parameters" : "";
	}

	private void requireReads(List<SqlStatement> statements) throws StatementRefusedException {
		for (SqlStatement statement : statements) {
			if (statement.kind() != Kind.READ) {
				throw refused("A statement that does not certainly only read");
			}
		}
	}

	private static boolean isOfSession(SqlStatement statement) {
		return statement.kind() == Kind.SET || statement.kind() == Kind.SET_AUTOCOMMIT;
	}

	/**
	 * The work of a thread in such a database.
	 */
	private static final class Stay {

		private final StandIn in;

		private boolean over;

		Stay(StandIn in) {
			this.in = in;
		}

	}

}
