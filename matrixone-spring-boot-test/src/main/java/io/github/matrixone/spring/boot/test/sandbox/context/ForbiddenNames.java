package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.NamedDatabase;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;

/**
 * Refuses statements that name the database for which the sandbox stands, because they
 * would go past the sandbox, and tells what makes the tables of the others.
 */
final class ForbiddenNames implements QueryExecutionListener {

	private final Sandboxes sandboxes;

	ForbiddenNames(Sandboxes sandboxes) {
		this.sandboxes = sandboxes;
	}

	@Override
	public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
		for (QueryInfo query : queries) {
			refuse(query.getQuery());
			this.sandboxes.makers().sent(query.getQuery());
		}
	}

	/**
	 * Refuse a statement that names a database for which the sandbox stands.
	 */
	void refuse(String sql) {
		refuse((name) -> isNamed(sql, name), sql);
	}

	/**
	 * Refuse to make such a database a connection's current one.
	 */
	void refuseUse(String database) {
		refuse(database::equalsIgnoreCase, "USE " + database);
	}

	private void refuse(Predicate<String> isNamed, String sql) {
		for (String name : this.sandboxes.databases().forbidden()) {
			if (isNamed.test(name) && this.sandboxes.isForbidden(name)) {
				throw new SandboxException("The statement names the database " + name + ", but this test has the "
						+ "sandbox " + this.sandboxes.currentDatabase() + " in its place: leave the name out, or "
						+ "take it from Sandbox.database(). Refused: " + sql);
			}
		}
	}

	@Override
	public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
	}

	/**
	 * Return whether a statement names a database. Where a table or an alias has the same
	 * name, {@code name.column} is taken for one of its columns, in places where columns
	 * are named.
	 */
	static boolean isNamed(String sql, String name) {
		if (!sql.toLowerCase(Locale.ROOT).contains(name)) {
			return false;
		}
		DatabaseName database = DatabaseName.of(name);
		return NamedDatabase.isIn(sql, database)
				|| SqlStatement.parse(sql).stream().anyMatch((statement) -> isUsed(statement, database));
	}

	private static boolean isUsed(SqlStatement statement, DatabaseName database) {
		return statement.kind() == Kind.USE && (statement.database() == null || statement.database().equals(database));
	}

}
