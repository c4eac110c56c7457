package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.StandIn;
import io.github.matrixone.spring.transaction.TransactionState;

/**
 * The database that a connection is in: its own, or the branch or the past of that in
 * which the current thread works.
 */
final class ConnectionPlace {

	private final Connection target;

	private final TransactionState state;

	private final SessionChanges session;

	private final OwnName ownName;

	/** The database that the connection is in because its thread works there. */
	private @Nullable StandIn current;

	/** One of which it is known that it is on this connection's server. */
	private @Nullable StandIn known;

	/**
	 * Create a place.
	 * @param target the connection
	 * @param state the state of its transaction
	 * @param session the changes of its session
	 * @param ownName sends what nobody has asked for
	 */
	ConnectionPlace(Connection target, TransactionState state, SessionChanges session, OwnName ownName) {
		this.target = target;
		this.state = state;
		this.session = session;
		this.ownName = ownName;
	}

	/**
	 * Return where the connection is, or {@code null} if it is in its own database.
	 */
	@Nullable StandIn current() {
		return this.current;
	}

	/**
	 * Take note that the connection is in its own database.
	 */
	void leave() {
		this.current = null;
	}

	/**
	 * Return whether the connection may have to move for the current thread.
	 */
	boolean isBehind() {
		return StandIn.get() != this.current;
	}

	/**
	 * Return whether the connection is in another database than it was.
	 * @param before where it was, or {@code null} for its own
	 */
	boolean hasMovedFrom(@Nullable StandIn before) {
		return before != this.current && !Objects.equals(before, this.current);
	}

	/**
	 * Be in the database that the current thread works in, or back where the connection
	 * was before.
	 */
	void follow() throws SQLException {
		StandIn wanted = StandIn.get();
		StandIn next = next(wanted);
		boolean uncertain = wanted != null && this.state.isDatabaseUncertain();
		if ((Objects.equals(next, this.current) && !uncertain) || PoolActivity.isSettingUp()) {
			return;
		}
		DatabaseName database = (next != null) ? next.database() : original();
		if (this.state.isBegun() || uncertain || database == null) {
			throw StandIn.connectionRefused();
		}
		this.ownName.run(() -> {
			if (next != null && !next.equals(this.known)) {
				requireThere(next);
			}
			this.session.beforeChangeOfDatabase();
			this.session.changeDatabase(database);
		});
		this.state.useUndone();
		this.current = next;
		this.known = (next != null) ? next : this.known;
	}

	private void requireThere(StandIn next) throws SQLException {
		SQLException cause = null;
		try {
			if (!Statements.send(this.target, next.lookUp()).isEmpty()) {
				return;
			}
		}
		catch (SQLException ex) {
			// An account that has never had a branch cannot be asked.
			cause = ex;
		}
		throw next.notThere(cause);
	}

	/**
	 * Return the database that the connection is to be in, or {@code null} for its own.
	 */
	private @Nullable StandIn next(@Nullable StandIn wanted) throws SQLException {
		if (wanted == null || wanted.original().equals(original())) {
			return wanted;
		}
		if (wanted.past() != null && !PoolActivity.isSettingUp()) {
			throw wanted.refused("A connection in the database " + original());
		}
		return null;
	}

	/**
	 * Return the database that the connection is in by itself.
	 */
	private @Nullable DatabaseName original() throws SQLException {
		return (this.current != null) ? this.current.original() : this.state.currentDatabase();
	}

	/**
	 * Refuse statements that the current thread may not send where it works. What a
	 * prepared text names is known when it is prepared, and not when it is executed.
	 */
	void requireAllowed(List<SqlStatement> statements) throws SQLException {
		StandIn wanted = StandIn.get();
		if (wanted != null) {
			wanted.check(statements, this.current != null);
		}
	}

	/**
	 * Refuse what is sent past the wrappers on a connection that has not followed its
	 * thread.
	 */
	void requireFollowed() throws SQLException {
		StandIn wanted = StandIn.get();
		if (wanted != this.current && !Objects.equals(next(wanted), this.current) && !PoolActivity.isSettingUp()) {
			throw new StatementRefusedException(Reason.UNSUPPORTED,
					"An object of the driver was used across the border of BranchOperations.in(…) or asOf(…).execute(…), and "
							+ "this statement would reach another database than its thread works in. Unwrap it anew");
		}
	}

	/**
	 * Refuse to leave the database that the current thread works in. A pool may set its
	 * own on each connection that it gives.
	 * @param method the method of the connection that would do it
	 */
	void requireLeave(String method) throws SQLException {
		StandIn wanted = StandIn.get();
		if (wanted != null && this.current != null && !PoolActivity.isCalling(method)) {
			throw wanted.refused("Connection." + method);
		}
	}

	/**
	 * Return the error of a statement that was made where the connection was in another
	 * database: the driver would go back there for it.
	 */
	static StatementRefusedException madeElsewhere() {
		return new StatementRefusedException(Reason.UNSUPPORTED,
				"This statement was made in another database than its thread works in now, and is not sent. Make it anew, "
						+ "within BranchOperations.in(…) or asOf(…).execute(…), or after it");
	}

	/**
	 * Sends what nobody has asked for.
	 */
	@FunctionalInterface
	interface OwnName {

		void run(OwnAction action) throws SQLException;

	}

	/**
	 * Something that is sent by itself.
	 */
	@FunctionalInterface
	interface OwnAction {

		void run() throws SQLException;

	}

}
