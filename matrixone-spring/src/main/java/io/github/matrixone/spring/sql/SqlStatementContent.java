package io.github.matrixone.spring.sql;

import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * What a statement contains wherever it stands outside strings, comments and quoted
 * names.
 */
final class SqlStatementContent {

	private static final String[][] WATCHED = watched("ANALYZE", "AS", "DELETE", "DESC", "DESCRIBE", "DUMPFILE",
			"DUPLICATE", "EXPLAIN", "FOR", "GET_LOCK", "IN", "INSERT", "INTO", "KEY", "MERGE", "MO_TS", "NEXTVAL",
			"OUTFILE", "PHYPLAN", "RELEASE_ALL_LOCKS", "RELEASE_LOCK", "REPLACE", "SELECT", "SETVAL", "SHARE",
			"SNAPSHOT", "TABLE", "TIMESTAMP", "UPDATE");

	private static final int NO_QUERY = Integer.MAX_VALUE;

	private static final Set<String> LOCKING_FUNCTIONS = Set.of("GET_LOCK", "NEXTVAL", "RELEASE_ALL_LOCKS",
			"RELEASE_LOCK", "SETVAL");

	private String previous = "";

	private Body body = Body.NONE;

	private boolean executes;

	private boolean locks;

	private boolean uncertain;

	private boolean sharesLocks;

	private boolean selectsInto;

	private boolean updatesDuplicates;

	private boolean writesWithin;

	private boolean locksRows;

	private int depth;

	private int queryDepth = NO_QUERY;

	private boolean hintsAreRead;

	private boolean hint;

	private boolean hintOutsideQuery;

	private @Nullable StringBuilder time;

	private boolean timeIsUnknown;

	private @Nullable String firstTime;

	private boolean severalTimes;

	private boolean timesAreKept;

	void add(SqlTokenizer token) {
		String current = watchedWord(token);
		switch (current) {
			case "ANALYZE", "PHYPLAN" -> this.executes = true;
			case "KEY" -> this.updatesDuplicates |= follows("DUPLICATE");
			case "SHARE" -> this.sharesLocks |= follows("FOR") || follows("IN");
			case "UPDATE" -> this.locksRows |= follows("FOR");
			case "(" -> {
				this.locks |= LOCKING_FUNCTIONS.contains(this.previous);
				this.uncertain |= token.followsName() && !HarmlessFunctions.contains(token.previousKeyword());
				this.depth++;
			}
			case ")" -> leaveGroup();
			case "SELECT" -> enterQuery();
			case "TABLE" -> {
				if (follows("(") || follows(")")) {
					enterQuery();
				}
			}
			case "AS", "MO_TS", "SNAPSHOT", "TIMESTAMP" -> addHint(follows("{"));
			default -> {
			}
		}
		readTime(token);
		this.uncertain |= token.isUserVariable();
		this.selectsInto |= follows("INTO") && token.type() != Type.VARIABLE && !current.equals("OUTFILE")
				&& !current.equals("DUMPFILE");
		this.writesWithin |= this.body == Body.FUNCTION_OR_WRITE && !current.equals("(");
		this.body = bodyAfter(current);
		this.writesWithin |= this.body == Body.WRITE;
		this.previous = current;
	}

	/**
	 * Return whether the words {@code ANALYZE} or {@code PHYPLAN} occur, with which
	 * {@code EXPLAIN} executes what it explains.
	 * @return {@code true} if one of them does
	 */
	boolean executes() {
		return this.executes;
	}

	/**
	 * Return whether a function is called that moves a sequence or takes a named lock.
	 * @return {@code true} if so
	 */
	boolean locksByFunction() {
		return this.locks;
	}

	/**
	 * Return whether rows are locked by {@code FOR UPDATE}.
	 * @return {@code true} if so
	 */
	boolean locksRows() {
		return this.locksRows;
	}

	/**
	 * Return whether a user variable is named, or a function called of which it is not
	 * known that it leaves all as it is.
	 * @return {@code true} if so
	 */
	boolean isUncertain() {
		return this.uncertain;
	}

	void setUncertain(boolean uncertain) {
		this.uncertain = uncertain;
	}

	/**
	 * Return whether rows are locked by {@code FOR SHARE} or {@code LOCK IN SHARE MODE}.
	 * @return {@code true} if so
	 */
	boolean sharesLocks() {
		return this.sharesLocks;
	}

	/**
	 * Return whether something other than a file or a variable follows {@code INTO}.
	 * @return {@code true} if so
	 */
	boolean selectsInto() {
		return this.selectsInto;
	}

	/**
	 * Return whether there is an {@code ON DUPLICATE KEY}.
	 * @return {@code true} if there is
	 */
	boolean updatesDuplicates() {
		return this.updatesDuplicates;
	}

	/**
	 * Return whether a common table expression writes: the server's grammar lets it be
	 * any statement.
	 * @return {@code true} if one does
	 */
	boolean writesWithin() {
		return this.writesWithin;
	}

	/**
	 * Set whether the time hints that follow are those of tables that are only read, also
	 * outside of queries.
	 * @param hintsAreRead whether they are
	 */
	void setHintsAreRead(boolean hintsAreRead) {
		this.hintsAreRead = hintsAreRead;
	}

	/**
	 * Return whether a time hint may be that of a table which is written or locked: one
	 * that stands outside of a query, or anywhere in a statement that locks rows or in
	 * which a table expression writes.
	 * @return {@code true} if it may
	 */
	boolean writesAtHint() {
		return this.hintOutsideQuery || (this.hint && (this.locksRows || this.sharesLocks || this.writesWithin));
	}

	/**
	 * Set whether the server reads each table at the time of its own hint, as
	 * {@code DATA BRANCH DIFF} does.
	 * @param timesAreKept whether it does
	 */
	void setTimesAreKept(boolean timesAreKept) {
		this.timesAreKept = timesAreKept;
	}

	/**
	 * Return whether there are time hints of different times. A placeholder may be any
	 * time.
	 * @return {@code true} if there are
	 */
	boolean readsAtSeveralTimes() {
		return this.severalTimes && !this.timesAreKept;
	}

	private void addHint(boolean begins) {
		if (begins) {
			this.time = new StringBuilder();
			this.timeIsUnknown = false;
		}
		this.hint |= begins;
		this.hintOutsideQuery |= begins && this.depth < this.queryDepth && !this.hintsAreRead;
	}

	private void readTime(SqlTokenizer token) {
		StringBuilder time = this.time;
		if (time == null) {
			return;
		}
		this.timeIsUnknown |= token.isSymbol('?');
		if (!token.isSymbol('}')) {
			time.append(isText(token) ? token.text() : token.name()).append(' ');
			return;
		}
		this.time = null;
		String read = time.toString().toLowerCase(Locale.ROOT);
		if (!this.timeIsUnknown) {
			this.severalTimes |= this.firstTime != null && !this.firstTime.equals(read);
			this.firstTime = read;
		}
	}

	private static boolean isText(SqlTokenizer token) {
		return token.type() == Type.STRING || token.type() == Type.DOUBLE_QUOTED;
	}

	private void enterQuery() {
		this.queryDepth = Math.min(this.queryDepth, this.depth);
	}

	private void leaveGroup() {
		this.depth--;
		if (this.depth < this.queryDepth) {
			this.queryDepth = NO_QUERY;
		}
	}

	private boolean follows(String word) {
		return this.previous.equals(word);
	}

	private Body bodyAfter(String current) {
		boolean opened = this.body == Body.OPENED;
		return switch (current) {
			case "AS" -> Body.ANNOUNCED;
			case "(" -> (opened || this.body == Body.ANNOUNCED) ? Body.OPENED : Body.NONE;
			case "DELETE", "DESC", "DESCRIBE", "EXPLAIN", "MERGE", "UPDATE" -> opened ? Body.WRITE : Body.NONE;
			case "INSERT", "REPLACE" -> opened ? Body.FUNCTION_OR_WRITE : Body.NONE;
			default -> Body.NONE;
		};
	}

	private static String watchedWord(SqlTokenizer token) {
		if (token.type() == Type.SYMBOL) {
			return watchedSymbol(token);
		}
		boolean quoted = token.type() == Type.QUOTED_NAME;
		if ((!quoted && token.type() != Type.WORD) || token.length() >= WATCHED.length) {
			return "";
		}
		String word = token.keyword(WATCHED[token.length()]);
		return (!quoted || LOCKING_FUNCTIONS.contains(word)) ? word : "";
	}

	private static String watchedSymbol(SqlTokenizer token) {
		if (token.isSymbol('(')) {
			return "(";
		}
		if (token.isSymbol(')')) {
			return ")";
		}
		return token.isSymbol('{') ? "{" : "";
	}

	private static String[][] watched(String... words) {
		return IntStream.range(0, 18)
			.mapToObj((length) -> Stream.of(words).filter((word) -> word.length() == length).toArray(String[]::new))
			.toArray(String[][]::new);
	}

	/** How far the text has come into the body of what may be a table expression. */
	private enum Body {

		NONE, ANNOUNCED, OPENED, FUNCTION_OR_WRITE, WRITE

	}

}
