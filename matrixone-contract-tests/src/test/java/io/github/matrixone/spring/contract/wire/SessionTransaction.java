package io.github.matrixone.spring.contract.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The transaction of one session, as far as a MatrixOne's is known: when it begins, what
 * ends it, what is committed.
 */
final class SessionTransaction {

	private static final Pattern SET_AUTOCOMMIT = Pattern
		.compile("(?i)SET\\s+(?:(?:SESSION\\s+)|@@(?:SESSION\\.)?)?AUTOCOMMIT\\s*=\\s*(\\w+)");

	private static final Pattern CLONE = Pattern.compile("(?is)CREATE\\s+(TABLE|DATABASE)\\b.*\\bCLONE\\b.*");

	private static final Pattern REFUSED_IN_TRANSACTION = Pattern.compile(
			"(?is)(CREATE|DROP|SHOW|ALTER)\\s+(SNAPSHOTS?|PITRS?|RECOVERY_WINDOW|PUBLICATION|STAGE|ACCOUNT|USER|ROLE)\\b.*"
					+ "|RESTORE\\b.*|SET\\s+((SESSION|GLOBAL|LOCAL)\\s+)?TRANSACTION\\b.*|SET\\s+(DEFAULT\\s+)?ROLE\\b.*|SET\\s+PASSWORD\\b.*"
					+ "|KILL\\b.*");

	private final ServerKind kind;

	private final List<String> committed;

	private final List<String> pending = new ArrayList<>();

	private boolean autocommit = true;

	private boolean begun;

	private boolean active;

	/**
	 * Create the transaction of a session.
	 * @param kind the kind of server
	 * @param committed takes the writes that are committed
	 */
	SessionTransaction(ServerKind kind, List<String> committed) {
		this.kind = kind;
		this.committed = committed;
	}

	boolean isAutocommit() {
		return this.autocommit;
	}

	boolean isBegun() {
		return this.begun;
	}

	boolean isActive() {
		return this.begun || this.active;
	}

	/**
	 * Carry a statement out.
	 * @param sql its bare text
	 * @return the error to answer with, if the server refuses it
	 */
	Reaction.@Nullable Fail execute(String sql) {
		if (SqlText.startsWith(sql, "BEGIN", "START TRANSACTION")) {
			commit();
			this.begun = true;
		}
		else if (SqlText.startsWith(sql, "COMMIT")) {
			commit();
		}
		else if (SqlText.startsWith(sql, "ROLLBACK TO", "ROLLBACK WORK TO")) {
			return rollbackToSavepoint();
		}
		else if (SqlText.startsWith(sql, "ROLLBACK")) {
			rollback();
		}
		else if (this.kind.isMatrixOne() && isActive() && REFUSED_IN_TRANSACTION.matcher(sql).matches()) {
			return new Reaction.Fail(20101, "HY000",
					"internal error: unclassified statement appears in uncommitted transaction", false);
		}
		else if (SqlText.startsWith(sql, "SET")) {
			set(sql);
		}
		else if (SqlText.startsWith(sql, "LOCK TABLES", "UNLOCK TABLES")) {
			commit();
		}
		else if (this.kind.isMatrixOne() && SqlText.startsWith(sql, "CALL")) {
			this.committed.add(sql);
		}
		else if (isRead(sql)) {
			this.active = !this.autocommit;
		}
		else if (!SqlText.startsWith(sql, "SAVEPOINT", "RELEASE", "USE", "KILL")) {
			write(sql);
		}
		return null;
	}

	static boolean isRead(String sql) {
		return SqlText.startsWith(sql, "SELECT", "(SELECT", "SHOW", "EXPLAIN", "DESC", "DESCRIBE", "VALUES", "TABLE")
				|| SqlText.startsWith(sql, "WITH")
						&& !Pattern.compile("(?i)\\b(INSERT|UPDATE|DELETE)\\b").matcher(sql).find();
	}

	private void set(String sql) {
		Matcher autocommit = SET_AUTOCOMMIT.matcher(sql);
		if (autocommit.matches()) {
			boolean on = autocommit.group(1).matches("(?i)1|ON|TRUE");
			if (this.kind.setCommits() || on != this.autocommit) {
				commit();
			}
			this.autocommit = on;
		}
		else if (this.kind.setCommits()) {
			commit();
		}
	}

	private void write(String sql) {
		boolean ownTransaction = this.kind.isMatrixOne() && !this.begun
				&& (CLONE.matcher(sql).matches() || SqlText.startsWith(sql, "DATA BRANCH"));
		if (!this.kind.isMatrixOne() && SqlText.startsWith(sql, "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME")) {
			commit();
			this.committed.add(sql);
		}
		else if (ownTransaction || this.autocommit && !this.begun) {
			this.committed.add(sql);
		}
		else {
			this.active = true;
			this.pending.add(sql);
		}
	}

	private Reaction.@Nullable Fail rollbackToSavepoint() {
		if (this.kind.isMatrixOne()) {
			if (!this.pending.isEmpty()) {
				this.pending.remove(this.pending.size() - 1);
			}
			return new Reaction.Fail(20101, "HY000", "internal error: savepoint has not been implemented yet", false);
		}
		return null;
	}

	private void commit() {
		this.committed.addAll(this.pending);
		rollback();
	}

	void rollback() {
		this.pending.clear();
		this.begun = false;
		this.active = false;
	}

	/**
	 * Make the session as it was at first.
	 */
	void reset() {
		rollback();
		this.autocommit = true;
	}

}
