package io.github.matrixone.spring.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Finds out whether a query reads nothing but the tables of a database that holds the
 * past: neither another database, nor the clock, nor what this database cannot hold. What
 * cannot be told with certainty counts as reading something else.
 *
 * @since 0.1
 */
public final class PastQuery {

	private static final Set<String> BEGINNINGS = Set.of("SELECT", "WITH", "VALUES", "TABLE");

	/** Words after which tables are named. */
	private static final Set<String> BEFORE_TABLES = Set.of("FROM", "JOIN", "TABLE");

	/** Joins where tables are named, and otherwise is an option of {@code SELECT}. */
	private static final String STRAIGHT_JOIN = "STRAIGHT_JOIN";

	/** Words after which columns are named until the next comma or join. */
	private static final Set<String> WITHIN_TABLES = Set.of("ON", "USING");

	/** Words after which columns are named. */
	private static final Set<String> BEFORE_COLUMNS = Set.of("SELECT", "WHERE", "BY", "HAVING", "VALUES", "LIMIT");

	/** Functions with a {@code FROM} among their arguments. */
	private static final Set<String> WITH_FROM = Set.of("EXTRACT", "MID", "OVERLAY", "POSITION", "SUBSTR", "SUBSTRING",
			"TRIM");

	/** Functions that stand where tables are named, with columns as arguments. */
	private static final Set<String> TABLE_FUNCTIONS = Set.of("GENERATE_SERIES", "UNNEST");

	/** What tells the time without arguments. */
	private static final Set<String> CLOCK = Set.of("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME",
			"LOCALTIMESTAMP", "UTC_DATE", "UTC_TIME", "UTC_TIMESTAMP");

	/** Functions that tell the time. */
	private static final Set<String> CLOCK_FUNCTIONS = Set.of("CURDATE", "CURTIME", "NOW", "SYSDATE");

	/** A function that tells the time unless it has an argument. */
	private static final String CLOCK_WITHOUT_ARGUMENT = "UNIX_TIMESTAMP";

	private static final String NO_READ = "locks, or calls a function of which it is not known that it only computes";

	private final DatabaseName database;

	private final Map<String, String> unreadable;

	/**
	 * Create a check.
	 * @param database the database that holds the past
	 * @param unreadable names of tables and views that it cannot hold as they were, in
	 * lower case, with the reasons
	 */
	public PastQuery(DatabaseName database, Map<String, String> unreadable) {
		this.database = database;
		this.unreadable = Map.copyOf(unreadable);
	}

	/**
	 * Create a check that knows the views of the database: one of them must read nothing
	 * else either.
	 * @param database the database that holds the past
	 * @param unreadable names of tables that it cannot hold as they were, in lower case,
	 * with the reasons
	 * @param views the statements that make its views, by their names in lower case
	 * @return the check
	 */
	public static PastQuery of(DatabaseName database, Map<String, String> unreadable, Map<String, String> views) {
		Map<String, String> names = new HashMap<>(unreadable);
		PastQuery query = new PastQuery(database, names);
		boolean found = true;
		while (found) {
			found = false;
			for (Map.Entry<String, String> view : views.entrySet()) {
				String problem = names.containsKey(view.getKey()) ? null : query.problemOfView(view.getValue());
				if (problem != null) {
					names.put(view.getKey(), "its view " + view.getKey() + ' ' + problem);
					found = true;
				}
			}
			query = new PastQuery(database, names);
		}
		return query;
	}

	/**
	 * Return what keeps a query from reading the past and nothing else.
	 * @param sql the query
	 * @return what it does, as in "names the database x", or {@code null} if all is well
	 */
	public @Nullable String problem(String sql) {
		SqlTokenizer token = new SqlTokenizer(sql);
		token.next();
		return problem(token);
	}

	/**
	 * Each statement of a text is read for itself.
	 */
	private @Nullable String problem(SqlTokenizer token) {
		String problem = problemOfStatement(token);
		while (problem == null && token.isSymbol(';')) {
			token.next();
			problem = (token.type() == Type.END || token.isSymbol(';')) ? null : problemOfStatement(token);
		}
		return problem;
	}

	/**
	 * What is explained must be such a query itself: the server may compute a part of it,
	 * and all of it with {@code ANALYZE}.
	 */
	private @Nullable String problemOfStatement(SqlTokenizer token) {
		if (!token.isWord("EXPLAIN")) {
			return new Reading(token).problem();
		}
		token.next();
		while (token.isAnyWord("ANALYZE", "VERBOSE")) {
			token.next();
		}
		String query = token.rest();
		String problem = new Reading(token).problem();
		return (problem == null && !reads(query)) ? NO_READ : problem;
	}

	/**
	 * Its query follows the first {@code AS}.
	 */
	private @Nullable String problemOfView(String statement) {
		SqlTokenizer token = new SqlTokenizer(statement);
		token.next();
		while (token.type() != Type.END && token.type() != Type.UNREADABLE && !token.isWord("AS")) {
			token.next();
		}
		token.next();
		String query = token.rest();
		String problem = problem(token);
		return (problem == null && !reads(query)) ? NO_READ : problem;
	}

	private static boolean reads(String query) {
		return SqlStatement.parse(query).stream().allMatch((statement) -> statement.kind() == Kind.READ);
	}

	/**
	 * The reading of one text.
	 */
	private final class Reading {

		private final SqlTokenizer token;

		private final Deque<Group> outer = new ArrayDeque<>();

		private final Set<String> qualifiers = new HashSet<>();

		private final Set<String> names = new HashSet<>();

		private Group group = new Group(false, false, false);

		/** The names with dots between them that were read last. */
		private int parts;

		private String first = "";

		private boolean firstIsTable;

		Reading(SqlTokenizer token) {
			this.token = token;
		}

		@Nullable String problem() {
			if (!this.token.isSymbol('(') && !BEGINNINGS.contains(this.token.keyword())) {
				return "is no query";
			}
			String problem = null;
			while (problem == null && this.token.type() != Type.END && !this.token.isSymbol(';')) {
				problem = problemOfToken();
			}
			return (problem != null) ? problem : problemOfNames();
		}

		/**
		 * What stands before a dot and is named nowhere else is neither a table nor an
		 * alias.
		 */
		private @Nullable String problemOfNames() {
			String problem = problemOfName();
			this.qualifiers.removeAll(this.names);
			return (problem == null && !this.qualifiers.isEmpty()) ? named(this.qualifiers.iterator().next()) : problem;
		}

		private @Nullable String problemOfToken() {
			String word = this.token.keyword();
			boolean name = isName();
			String value = name ? name() : "";
			if (this.token.type() == Type.UNREADABLE) {
				return "cannot be read with certainty";
			}
			if (this.token.isSymbol('{')) {
				return "names a point in time of its own";
			}
			if (word.equals("INTO")) {
				return "writes what it reads to a file or a variable";
			}
			String unreadable = name ? PastQuery.this.unreadable.get(value) : null;
			if (unreadable != null) {
				return "reads what the past cannot be read of: " + unreadable;
			}
			String problem = null;
			if (!this.token.isSymbol('.') && !this.token.follows('.')) {
				boolean function = this.token.isSymbol('(');
				problem = (function && this.parts > 1) ? named(this.first) : problemOfName();
				begin(word, name, value);
			}
			else if (name || this.token.isSymbol('*')) {
				this.parts++;
			}
			boolean follows = this.token.follows('.');
			this.token.next();
			return (problem != null) ? problem : problemOfClock(word, value, follows);
		}

		private void begin(String word, boolean name, String value) {
			if (BEFORE_TABLES.contains(word) && !(this.group.isFunction() && word.equals("FROM"))) {
				this.group = this.group.tables();
			}
			else if (this.group.listsTables() && (this.token.isSymbol(',') || word.equals(STRAIGHT_JOIN))) {
				this.group = this.group.tables();
			}
			else if (WITHIN_TABLES.contains(word)) {
				this.group = this.group.columns(this.group.listsTables());
			}
			else if (BEFORE_COLUMNS.contains(word)) {
				this.group = this.group.columns(false);
			}
			else if (this.token.isSymbol('(')) {
				this.outer.push(this.group);
				this.group = this.group.within(isFunction(this.token.previousKeyword()));
			}
			else if (this.token.isSymbol(')') && !this.outer.isEmpty()) {
				this.group = this.outer.pop();
			}
			this.parts = name ? 1 : 0;
			this.first = value;
			this.firstIsTable = this.group.namesTables();
		}

		/**
		 * A name has ended. With a dot it names a database where tables are named, and
		 * with two anywhere.
		 */
		private @Nullable String problemOfName() {
			if (this.first.equals(PastQuery.this.database.normalized())) {
				return null;
			}
			if (this.parts > 2 || (this.parts == 2 && this.firstIsTable)) {
				return named(this.first);
			}
			((this.parts == 2) ? this.qualifiers : this.names).add(this.first);
			return null;
		}

		private static String named(String database) {
			return "names the database " + database;
		}

		private @Nullable String problemOfClock(String word, String value, boolean ofTable) {
			if (ofTable || this.token.isSymbol('.')) {
				return null;
			}
			String name = value.toUpperCase(Locale.ROOT);
			boolean called = this.token.isSymbol('(');
			boolean clock = CLOCK.contains(word)
					|| (called && (CLOCK_FUNCTIONS.contains(name) || CLOCK.contains(name)));
			if (called && name.equals(CLOCK_WITHOUT_ARGUMENT)) {
				return problemWithoutArgument(name);
			}
			return clock ? "asks for the current time (" + name + ')' : null;
		}

		private @Nullable String problemWithoutArgument(String name) {
			String problem = problemOfToken();
			return (problem == null && this.token.isSymbol(')')) ? "asks for the current time (" + name + ')' : problem;
		}

		private static boolean isFunction(String word) {
			return WITH_FROM.contains(word) || TABLE_FUNCTIONS.contains(word);
		}

		private boolean isName() {
			return switch (this.token.type()) {
				case WORD, QUOTED_NAME, DOUBLE_QUOTED -> true;
				default -> false;
			};
		}

		private String name() {
			return Identifier
				.lowerCase((this.token.type() == Type.DOUBLE_QUOTED) ? this.token.text() : this.token.name());
		}

	}

	/**
	 * What is between two parentheses.
	 *
	 * @param namesTables whether tables are named here
	 * @param listsTables whether tables are named after the next comma
	 * @param isFunction whether these are arguments of a function that may stand where
	 * tables are named, or have a {@code FROM} among them
	 */
	private record Group(boolean namesTables, boolean listsTables, boolean isFunction) {

		Group tables() {
			return new Group(true, true, this.isFunction);
		}

		Group columns(boolean thenTables) {
			return new Group(false, thenTables, this.isFunction);
		}

		Group within(boolean function) {
			return new Group(this.namesTables && !function, this.namesTables && !function, function);
		}

	}

}
