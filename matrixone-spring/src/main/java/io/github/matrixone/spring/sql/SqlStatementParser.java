package io.github.matrixone.spring.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.SqlStatement.Change;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.SqlTokenizer.Type;

/**
 * Reads the head of each statement as far as its kind and table need it, and notes what
 * the rest contains. Passes over the text once, without recursion.
 */
final class SqlStatementParser extends SqlStatementReader {

	/** The session's variable, however it is written. */
	private static final Pattern AUTOCOMMIT = Pattern.compile("(@@(\\w+\\.)?)?`?autocommit`?",
			Pattern.CASE_INSENSITIVE);

	/** How a time hint looks in a text that is not read word by word. */
	private static final Pattern HINT = Pattern.compile("\\{[^'\"{}]*\\b(?:AS\\W+OF|MO_TS|SNAPSHOT|TIMESTAMP)\\b",
			Pattern.CASE_INSENSITIVE);

	/** What a text must contain to write or lock. */
	private static final Pattern WRITE = Pattern
		.compile("ALTER|DELETE|DROP|INSERT|LOAD|MERGE|REPLACE|SHARE|TRUNCATE|UPDATE", Pattern.CASE_INSENSITIVE);

	private SqlStatementParser(String sql) {
		super(sql);
	}

	static List<SqlStatement> parse(String sql) {
		SqlStatementParser parser = new SqlStatementParser(sql);
		List<SqlStatement> statements = parser.statements();
		return (parser.tokens.type() == Type.UNREADABLE) ? List.of(unreadable(sql)) : statements;
	}

	private static SqlStatement unreadable(String sql) {
		boolean writesAtHint = HINT.matcher(sql).find() && WRITE.matcher(sql).find();
		return writesAtHint ? of(Kind.UNREADABLE).writingAtHint() : of(Kind.UNREADABLE);
	}

	private List<SqlStatement> statements() {
		List<SqlStatement> statements = new ArrayList<>(1);
		do {
			next();
			if (!isEnd()) {
				SqlStatement statement = statement();
				skipToEnd();
				SqlStatement written = this.content.writesAtHint() ? statement.writingAtHint() : statement;
				statements.add(this.content.readsAtSeveralTimes() ? written.readingAtSeveralTimes() : written);
			}
		}
		while (is(';'));
		return List.copyOf(statements);
	}

	private SqlStatement statement() {
		return switch (this.tokens.keyword()) {
			case "SELECT", "VALUES", "TABLE", "WITH" -> query();
			case "INSERT" -> insert();
			case "REPLACE" -> replace().changing(Change.REPLACE);
			case "UPDATE" -> update().changing(Change.UPDATE);
			case "DELETE" -> delete().changing(Change.DELETE);
			case "MERGE" -> of(Kind.MODIFY);
			case "TRUNCATE" -> truncate();
			case "CREATE" -> create();
			case "DATA" -> dataBranch();
			case "EXPLAIN", "DESCRIBE", "DESC" -> explain();
			case "SHOW" -> show();
			case "HELP", "KILL" -> of(Kind.READ);
			case "SET" -> set();
			case "BEGIN" -> of(Kind.BEGIN);
			case "START" -> certain(nextIsAny("TRANSACTION"), Kind.BEGIN);
			case "COMMIT" -> of(Kind.COMMIT);
			case "ROLLBACK" -> rollback();
			case "SAVEPOINT" -> of(Kind.SAVEPOINT);
			case "RELEASE" -> certain(nextIsAny("SAVEPOINT"), Kind.SAVEPOINT);
			case "LOCK", "UNLOCK" -> certain(nextIsAny("TABLE", "TABLES"), Kind.LOCK_TABLES);
			case "USE" -> use();
			case "RESTORE" -> restore();
			case "ALTER" -> alter();
			case "DROP" -> drop();
			case "PREPARE" -> prepare();
			case "EXECUTE" -> of(Kind.PREPARED_TEXT);
			case "DEALLOCATE" -> certain(nextIsAny("PREPARE"), Kind.PREPARED_TEXT);
			case "CALL" -> of(Kind.CALL);
			default -> unnamed();
		};
	}

	private SqlStatement show() {
		this.content.setHintsAreRead(true);
		return of(nextIsAny("SNAPSHOTS", "PITR", "RECOVERY_WINDOW") ? Kind.SHOW_SNAPSHOTS : Kind.READ);
	}

	private SqlStatement restore() {
		this.content.setHintsAreRead(true);
		return of(Kind.RESTORE);
	}

	private SqlStatement set() {
		boolean autocommit = false;
		SessionChangeReader change = new SessionChangeReader();
		for (advance(); !isEnd(); advance()) {
			autocommit |= AUTOCOMMIT.matcher(this.tokens.name()).matches();
			change.add(this.tokens);
		}
		return new SqlStatement(autocommit ? Kind.SET_AUTOCOMMIT : Kind.SET, null, false, null, null, change.change(),
				false, false, null, false, false, null);
	}

	/**
	 * {@code ALTER ACCOUNT CONFIG SET} is a {@code SET} to the server, which commits.
	 */
	private SqlStatement alter() {
		if (nextIsAny("PITR")) {
			return of(Kind.PITR_COMMAND);
		}
		return of((is("ACCOUNT") && nextIsAny("CONFIG")) ? Kind.SET : Kind.OTHER);
	}

	private SqlStatement prepare() {
		advance();
		advance();
		List<SqlStatement> held = List.of();
		if (skip("FROM")) {
			held = held();
			if (held.isEmpty() && !isAny("PREPARE", "EXPLAIN", "DESC", "DESCRIBE")) {
				held = List.of(statement());
			}
		}
		return of(Kind.PREPARED_TEXT).holding(held);
	}

	private SqlStatement explain() {
		advance();
		while (isAny("ANALYZE", "PHYPLAN", "VERBOSE")) {
			advance();
		}
		if (is('(') && nextIsAny("ANALYZE", "CHECK", "FORMAT", "PHYPLAN", "VERBOSE")) {
			skipGroup();
		}
		skip("FORCE");
		if (!this.content.executes()) {
			skipToEnd();
			if (this.content.executes()) {
				return of(Kind.OTHER);
			}
			// Nothing of it is carried out.
			this.content = new SqlStatementContent();
			return of(Kind.READ);
		}
		boolean executable = is('(')
				|| isAny("SELECT", "VALUES", "TABLE", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "EXECUTE");
		return executable ? statement() : of(Kind.OTHER);
	}

	private SqlStatement unnamed() {
		if (is('{')) {
			return callEscape();
		}
		return is('(') ? query() : of(Kind.OTHER);
	}

	/**
	 * Read JDBC's <code>{call p()}</code> and <code>{? = call f()}</code>.
	 */
	private SqlStatement callEscape() {
		advance();
		if (skip('?')) {
			skip('=');
		}
		return certain(is("CALL"), Kind.CALL);
	}

	private SqlStatement query() {
		boolean with = false;
		while (is('(') || is("WITH")) {
			if (!skip('(')) {
				with = true;
				if (!skipCommonTableExpressions()) {
					return of(Kind.OTHER);
				}
			}
		}
		if (with && isAny("DELETE", "INSERT", "MERGE", "REPLACE", "UPDATE")) {
			return is("DELETE") ? deleteOfSeveral().changing(Change.DELETE)
					: is("UPDATE") ? of(Kind.MODIFY).changing(Change.UPDATE) : of(Kind.MODIFY);
		}
		if (!isAny("SELECT", "VALUES", "TABLE")) {
			return of(Kind.OTHER);
		}
		this.content.setHintsAreRead(true);
		TableName table = (!with && is("SELECT")) ? onlyTable() : null;
		skipToEnd();
		if (this.content.writesWithin()) {
			return of(Kind.MODIFY);
		}
		if (this.content.selectsInto()) {
			return of(Kind.OTHER);
		}
		if (this.content.sharesLocks()) {
			return of(Kind.SHARED_LOCKING_READ);
		}
		if (this.content.locksRows()) {
			return of(Kind.LOCKING_READ, table);
		}
		if (this.content.locksByFunction()) {
			return of(Kind.LOCKING_FUNCTION);
		}
		return of(this.content.isUncertain() ? Kind.UNCERTAIN_READ : Kind.READ);
	}

	/**
	 * Read a query to its end.
	 * @return the only table that it names, or {@code null}
	 */
	private @Nullable TableName onlyTable() {
		int open = 0;
		TableName table = null;
		for (advance(); !isEnd(); advance()) {
			if (is('(')) {
				open++;
			}
			else if (is(')')) {
				open--;
			}
			else if (is("FROM") && open == 0) {
				advance();
				table = tableName();
				alias();
				if (!isAny("WHERE", "ORDER", "LIMIT", "FOR")) {
					return null;
				}
			}
			if (isAny("SELECT", "JOIN", "UNION", "EXCEPT", "INTERSECT", "MINUS", "TABLE", "VALUES") || open < 0) {
				return null;
			}
		}
		return table;
	}

	private boolean skipCommonTableExpressions() {
		advance();
		skip("RECURSIVE");
		do {
			if (!isName()) {
				return false;
			}
			boolean uncertain = this.content.isUncertain();
			advance();
			// The names of columns, no arguments.
			this.content.setUncertain(uncertain);
			if (skip('(')) {
				skipGroup();
			}
			if (!skip("AS") || !skip('(')) {
				return false;
			}
			skipGroup();
		}
		while (skip(','));
		return true;
	}

	private SqlStatement insert() {
		advance();
		boolean plain = true;
		while (isAny("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "OVERWRITE")) {
			plain = false;
			advance();
		}
		TableName table = intoTable();
		readSource();
		skipToEnd();
		if (this.content.writesWithin()) {
			return of(Kind.MODIFY);
		}
		if (this.content.updatesDuplicates()) {
			return of(Kind.MODIFY, table).updatingDuplicates();
		}
		if (!plain) {
			return of(Kind.MODIFY, table);
		}
		return (table != null) ? of(Kind.INSERT, table) : of(Kind.MODIFY);
	}

	private SqlStatement replace() {
		advance();
		while (isAny("LOW_PRIORITY", "DELAYED")) {
			advance();
		}
		TableName table = intoTable();
		readSource();
		return modify(table);
	}

	/**
	 * Take what follows {@code INSERT INTO t TABLE} for a query.
	 */
	private void readSource() {
		if (is("TABLE")) {
			this.content.setHintsAreRead(true);
		}
	}

	private @Nullable TableName intoTable() {
		skip("INTO");
		TableName table = tableName();
		return (is('(') || isAny("VALUES", "VALUE", "SELECT", "SET", "WITH", "TABLE", "PARTITION")) ? table : null;
	}

	private SqlStatement update() {
		advance();
		while (isAny("LOW_PRIORITY", "IGNORE")) {
			advance();
		}
		TableName table = tableName();
		String alias = alias();
		return modify((is("SET") || setsOnly(alias)) ? table : null);
	}

	/**
	 * Read what an {@code UPDATE} joins, and what it sets.
	 * @param alias that of the first table, or {@code null}
	 * @return whether it certainly sets columns of the first table alone
	 */
	private boolean setsOnly(@Nullable String alias) {
		boolean only = alias != null;
		while (!isEnd() && !is("SET")) {
			boolean named = isNamed(alias);
			if (skip('(')) {
				skipGroup();
			}
			else {
				advance();
				only &= !named || is('.');
			}
		}
		do {
			advance();
			only &= isNamed(alias);
			advance();
			only &= skip('.') && namePart() != null && is('=');
			skipValue();
		}
		while (is(','));
		return only;
	}

	private void skipValue() {
		while (!isEnd() && !is(',') && !isAny("WHERE", "ORDER", "LIMIT")) {
			if (skip('(')) {
				skipGroup();
			}
			else if (skip('.')) {
				// A name after it is no keyword.
				advance();
			}
			else {
				advance();
			}
		}
	}

	private SqlStatement delete() {
		advance();
		while (isAny("LOW_PRIORITY", "QUICK", "IGNORE")) {
			advance();
		}
		if (!skip("FROM")) {
			return deleteByName();
		}
		TableName table = tableName();
		if (skip("PARTITION") && skip('(')) {
			skipGroup();
		}
		alias();
		return (isEnd() || isAny("WHERE", "ORDER", "LIMIT", "RETURNING")) ? modify(table) : deleteOfSeveral();
	}

	/**
	 * Read {@code DELETE t FROM item AS t JOIN …}, which certainly changes only the table
	 * with that alias, and others of its kind.
	 */
	private SqlStatement deleteByName() {
		String name = namePart();
		if (name == null || !skip("FROM")) {
			return deleteOfSeveral();
		}
		TableName table = tableName();
		if (table == null) {
			return deleteOfSeveral();
		}
		boolean only = name.equalsIgnoreCase(alias());
		Set<String> names = new HashSet<>(Set.of(table.normalizedName()));
		boolean deletesByJoin = deletesByJoin(names);
		SqlStatement statement = of(Kind.MODIFY, (only && !this.content.writesWithin()) ? table : null);
		return deletesByJoin ? statement.deletingByJoin(names) : statement;
	}

	private SqlStatement deleteOfSeveral() {
		Set<String> names = new HashSet<>();
		return deletesByJoin(names) ? of(Kind.MODIFY).deletingByJoin(names) : of(Kind.MODIFY);
	}

	/**
	 * Read what a {@code DELETE} joins.
	 * @param names gets the names that are read
	 * @return whether it joins, and has no {@code WHERE}
	 */
	private boolean deletesByJoin(Set<String> names) {
		boolean joins = false;
		boolean where = false;
		boolean tables = true;
		int depth = 0;
		for (; !isEnd(); advance()) {
			if (this.tokens.type() == Type.WORD || this.tokens.type() == Type.QUOTED_NAME) {
				names.add(this.tokens.name().toLowerCase(Locale.ROOT));
			}
			depth += is('(') ? 1 : is(')') ? -1 : 0;
			where |= depth == 0 && is("WHERE");
			tables &= depth > 0 || !isAny("ORDER", "LIMIT", "RETURNING");
			joins |= isAny("JOIN", "STRAIGHT_JOIN", "APPLY") || (tables && depth == 0 && is(','));
		}
		return joins && !where;
	}

	private SqlStatement truncate() {
		advance();
		skip("TABLE");
		TableName table = tableName();
		boolean certain = isEnd();
		skipToEnd();
		return of(Kind.TRUNCATE, certain ? table : null);
	}

	private SqlStatement modify(@Nullable TableName table) {
		skipToEnd();
		return of(Kind.MODIFY, this.content.writesWithin() ? null : table);
	}

	private SqlStatement create() {
		advance();
		return switch (this.tokens.keyword()) {
			case "TABLE" -> createTable();
			case "TEMPORARY" -> createTemporaryTable();
			case "DATABASE", "SCHEMA" -> createDatabase();
			case "VIEW", "SEQUENCE" -> createOther();
			case "PROCEDURE" -> createProcedure();
			case "OR" -> createOrReplace();
			case "SNAPSHOT" -> of(Kind.SNAPSHOT_COMMAND);
			case "PITR" -> of(Kind.PITR_COMMAND);
			default -> of(Kind.OTHER);
		};
	}

	private SqlStatement createOrReplace() {
		if (!nextIsAny("REPLACE")) {
			return of(Kind.OTHER);
		}
		if (nextIsAny("VIEW")) {
			return createOther();
		}
		return is("PROCEDURE") ? createProcedure() : of(Kind.OTHER);
	}

	private SqlStatement createProcedure() {
		List<SqlStatement> held = new ArrayList<>();
		for (; !isEnd(); advance()) {
			held.addAll(held());
		}
		return of(Kind.OTHER).holding(held);
	}

	/**
	 * Return the statements that the current token holds, if it is a string, and each
	 * {@code DELETE} within a block of them.
	 */
	private List<SqlStatement> held() {
		if (this.tokens.type() != Type.STRING && this.tokens.type() != Type.DOUBLE_QUOTED) {
			return List.of();
		}
		String text = this.tokens.text();
		List<SqlStatement> held = new ArrayList<>(parse(text));
		new SqlStatementParser(text).addDeletes(held);
		return held;
	}

	private void addDeletes(List<SqlStatement> deletes) {
		do {
			boolean on = false;
			for (next(); !isEnd(); advance()) {
				if (is("DELETE") && !on) {
					deletes.add(delete());
					skipToEnd();
					break;
				}
				on = is("ON");
			}
		}
		while (is(';'));
	}

	private SqlStatement createTable() {
		this.content.setHintsAreRead(true);
		advance();
		boolean ifNotExists = skipIfNotExists();
		TableName table = tableName();
		while (!isEnd() && !is('(') && !isAny("AS", "CLONE", "LIKE", "SELECT", "WITH")) {
			table = null;
			advance();
		}
		if (skip("CLONE")) {
			return cloneTable(table, ifNotExists);
		}
		boolean certain = table != null && !isEnd();
		skipToEnd();
		return (certain && !this.content.writesWithin()) ? new SqlStatement(Kind.CREATE_TABLE, table, ifNotExists)
				: of(Kind.OTHER);
	}

	private SqlStatement cloneTable(@Nullable TableName target, boolean ifNotExists) {
		TableName source = tableName();
		boolean hint = source != null && is('{');
		TableName certainSource = (hint || isEnd() || isAny("COPY", "TO")) ? source : null;
		skipHint();
		if (skip("COPY")) {
			skip("GRANTS");
		}
		skipAccount();
		return new SqlStatement(hint ? Kind.CLONE_TABLE_AT : Kind.CLONE_TABLE, certainSource, ifNotExists,
				isEnd() ? target : null, null, null, false, false, null, false, false, null);
	}

	private SqlStatement createTemporaryTable() {
		SqlStatement statement = nextIsAny("TABLE") ? createTable() : of(Kind.OTHER);
		return (statement.kind() != Kind.CREATE_TABLE) ? statement : of(Kind.CREATE_OTHER);
	}

	private SqlStatement createDatabase() {
		this.content.setHintsAreRead(true);
		advance();
		boolean ifNotExists = skipIfNotExists();
		boolean certain = isName();
		DatabaseName database = databaseName();
		if (is("CLONE")) {
			return cloneDatabase(database, ifNotExists);
		}
		certain &= isEnd() || isAny("DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ENCRYPTION");
		while (!isEnd() && !isAny("CLONE", "FROM")) {
			advance();
		}
		if (is("CLONE")) {
			return cloneDatabase(null, ifNotExists);
		}
		return certain ? ofDatabase(Kind.CREATE_DATABASE, database, ifNotExists) : of(Kind.OTHER);
	}

	private SqlStatement cloneDatabase(@Nullable DatabaseName target, boolean ifNotExists) {
		advance();
		boolean source = isName();
		advance();
		Kind kind = (source && is('{')) ? Kind.CLONE_DATABASE_AT : Kind.CLONE_DATABASE;
		skipHint();
		skipAccount();
		return ofDatabase(kind, isEnd() ? target : null, ifNotExists);
	}

	private void skipAccount() {
		if (skip("TO") && skip("ACCOUNT")) {
			advance();
		}
	}

	private SqlStatement createOther() {
		skipToEnd();
		return certain(!this.content.writesWithin(), Kind.CREATE_OTHER);
	}

	private boolean skipIfNotExists() {
		return skip("IF") && skip("NOT") && skip("EXISTS");
	}

	private SqlStatement drop() {
		advance();
		return switch (this.tokens.keyword()) {
			case "SNAPSHOT" -> of(Kind.SNAPSHOT_COMMAND);
			case "PITR" -> of(Kind.PITR_COMMAND);
			case "TEMPORARY" -> dropTemporaryTable();
			default -> of(Kind.OTHER);
		};
	}

	private SqlStatement dropTemporaryTable() {
		Kind kind = nextIsAny("TABLE") ? Kind.CREATE_OTHER : Kind.OTHER;
		skipToEnd();
		return of(kind);
	}

	private SqlStatement rollback() {
		advance();
		skip("WORK");
		return of(is("TO") ? Kind.SAVEPOINT : Kind.ROLLBACK);
	}

	private SqlStatement use() {
		advance();
		boolean name = isName();
		boolean role = isAny("ROLE", "SECONDARY");
		DatabaseName database = databaseName();
		return (name && isEnd()) ? ofDatabase(Kind.USE, role ? null : database, false) : of(Kind.OTHER);
	}

	private SqlStatement dataBranch() {
		if (!nextIsAny("BRANCH")) {
			return of(Kind.OTHER);
		}
		this.content.setHintsAreRead(true);
		this.content.setTimesAreKept(true);
		advance();
		return switch (this.tokens.keyword()) {
			case "CREATE" -> certain(nextIsAny("TABLE", "DATABASE"), Kind.BRANCH_CREATE);
			case "DELETE" -> certain(nextIsAny("TABLE", "DATABASE"), Kind.BRANCH_DELETE);
			case "DIFF" -> branchDiff();
			case "MERGE" -> branchMerge();
			case "PICK" -> branchPick();
			default -> of(Kind.OTHER);
		};
	}

	private SqlStatement branchDiff() {
		advance();
		tableName();
		while (!isEnd() && !is("AGAINST")) {
			advance();
		}
		boolean reads = is("AGAINST");
		while (!isEnd()) {
			reads &= !is("OUTPUT") || nextIsAny("COUNT", "FILE", "LIMIT", "SUMMARY");
			advance();
		}
		return certain(reads, Kind.READ);
	}

	private SqlStatement branchMerge() {
		advance();
		TableName source = tableName();
		TableName certainSource = is("INTO") ? source : null;
		readBranchTarget();
		return of(Kind.BRANCH_MERGE, certainSource);
	}

	private SqlStatement branchPick() {
		advance();
		readBranchTarget();
		return of(Kind.BRANCH_PICK);
	}

	private void readBranchTarget() {
		while (!isEnd() && !is("INTO")) {
			advance();
		}
		this.content.setHintsAreRead(false);
	}

	private static SqlStatement certain(boolean certain, Kind kind) {
		return of(certain ? kind : Kind.OTHER);
	}

	private static SqlStatement of(Kind kind) {
		return of(kind, null);
	}

	private static SqlStatement ofDatabase(Kind kind, @Nullable DatabaseName database, boolean ifNotExists) {
		return new SqlStatement(kind, null, ifNotExists, null, database, null, false, false, null, false, false, null);
	}

	private static SqlStatement of(Kind kind, @Nullable TableName table) {
		return new SqlStatement(kind, table, false);
	}

}
