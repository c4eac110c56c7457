package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

/**
 * Refuses statements that name the database for which the sandbox stands, because they
 * would go past the sandbox.
 */
final class ForbiddenNames implements QueryExecutionListener {

	private static final Pattern TEXTS_AND_COMMENTS = Pattern.compile(
			"'(?:[^'\\\\]|\\\\.|'')*'|\"(?:[^\"\\\\]|\\\\.|\"\")*\"|/\\*.*?\\*/|(?:--\\s|#)[^\\n]*", Pattern.DOTALL);

	private final Sandboxes sandboxes;

	ForbiddenNames(Sandboxes sandboxes) {
		this.sandboxes = sandboxes;
	}

	@Override
	public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
		queries.forEach((query) -> refuse(query.getQuery()));
	}

	/**
	 * Refuse a statement that names a database for which the sandbox stands.
	 */
	void refuse(String sql) {
		for (String name : this.sandboxes.databases().forbidden()) {
			if (isNamed(sql, name) && this.sandboxes.isForbidden(name)) {
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
	 * name, {@code name.column} is taken for one of its columns.
	 */
	static boolean isNamed(String sql, String name) {
		if (!sql.toLowerCase(Locale.ROOT).contains(name)) {
			return false;
		}
		String code = TEXTS_AND_COMMENTS.matcher(sql).replaceAll(" ");
		String literal = Pattern.quote(name);
		String named = "(?:`" + literal + "`|(?<![\\w$`])" + literal + "(?![\\w$`]))";
		String asDatabase = "\\b(?:(?:DATABASE|SCHEMA)\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?"
				+ "|DATABASE\\s+\\S+\\s+(?:CLONE|FROM)\\s+|USE\\s+|FOR\\s+TABLE\\s+)";
		if (find(asDatabase + named, code)) {
			return true;
		}
		boolean qualifies = find("(?<!\\.)" + named + "\\s*\\.", code);
		boolean isAlsoTable = find("(?<!\\.)" + named + "(?!\\s*\\.)", code);
		return qualifies && !isAlsoTable;
	}

	private static boolean find(String pattern, String text) {
		return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(text).find();
	}

}
