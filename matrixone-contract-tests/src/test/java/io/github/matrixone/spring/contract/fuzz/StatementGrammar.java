package io.github.matrixone.spring.contract.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * Makes statements whose effect is known because of the way they are made. Blanks of the
 * templates below are places for blanks and comments of any kind.
 */
final class StatementGrammar {

	static final String DATABASE = "ct_fuzz";

	private static final String[] GAPS = { " ", "\n", "\t", "\r\n", "/**/", "/* for update */", "/* ' */", "/*\"*/",
			"/*`*/", "/* ; commit */", "/*+ into t */", "/*/*/", "/***/", "-- for update\n", "--\n", "-- '\n",
			"# insert\n", "#'\"`\n", "/*!*/", "/*!50000 */", " /* -- */ ", "-- /*\n", "# */\n", "/* é 表 */" };

	/** What MatrixOne skips, but not everyone else. */
	private static final String[] UNUSUAL_GAPS = { "//x\n", "// ' \n", "/*!/**/*/", "/*! /*! */", "/*!50000 -- */\n*/",
			"/*!# */\n*/", "/* /* */", "/*!00000 */", "/*!99999 /* ' */ */" };

	private static final String[] STRINGS = { "''", "'x'", "'for update'", "'it''s'", "'it\\'s'", "'\\\\'", "'/*'",
			"'*/'", "'-- '", "'#'", "'`'", "'\"'", "';commit;'", "'\n'", "\"x\"", "\"for update\"", "\"it's\"",
			"\"\"\"\"", "\"\\\"\"", "\"/*\"", "\"`\"", "'é表\uD83D\uDE00'", "x'1F'", "b'01'", "_utf8mb4'x'",
			"_utf8mb4'for update'", "'\\''", "'''for update'''", "'//'", "'$a$'" };

	private static final String[] ALIASES = { "x1", "`for update`", "`insert into t`", "`-- `", "`/*`", "`'`", "`\"`",
			"`;`", "`é`", "x_for", "update_", "`a``b`" };

	private final Random random;

	private final boolean unusual;

	/**
	 * Create a grammar.
	 * @param seed the seed of all choices
	 * @param unusual whether to use what MatrixOne accepts and MySQL reads in another way
	 */
	StatementGrammar(long seed, boolean unusual) {
		this.random = new Random(seed);
		this.unusual = unusual;
	}

	/**
	 * Make any statement.
	 */
	GeneratedStatement any() {
		return switch (this.random.nextInt(8)) {
			case 0, 1 -> read();
			case 2 -> lockingRead();
			case 3 -> insert();
			case 4, 5 -> modification();
			default -> other();
		};
	}

	/**
	 * Make a statement that reads and does nothing else.
	 */
	GeneratedStatement read() {
		return statement(Kind.READ, null, plainRead());
	}

	private String plainRead() {
		return oneOf(() -> select(), () -> select(), () -> select(),
				() -> "( " + select() + " ) UNION ALL ( " + select() + " )",
				() -> select() + " UNION " + simpleSelect(), () -> "( " + select() + " )",
				() -> "( ( " + select() + " ) )", () -> "WITH c AS ( " + select() + " ) SELECT * FROM c",
				() -> "WITH c ( n ) AS ( SELECT 1 ) , d AS ( " + select() + " ) SELECT * FROM c , d",
				() -> "WITH RECURSIVE c AS ( SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 3 ) SELECT n FROM c",
				() -> "VALUES ROW ( 1 , " + string() + " ) , ROW ( 2 , " + string() + " )", () -> "TABLE " + table(),
				() -> "SHOW TABLES", () -> "SHOW DATABASES", () -> "SHOW CREATE TABLE " + table(),
				() -> "SHOW VARIABLES LIKE " + string(), () -> "DESC " + table(), () -> "DESCRIBE " + table(),
				() -> "EXPLAIN " + select(), () -> "EXPLAIN VERBOSE " + select(),
				() -> "EXPLAIN DELETE FROM " + table() + " WHERE id = 1", () -> "EXPLAIN " + select() + " FOR UPDATE");
	}

	private String select() {
		return simpleSelect() + maybe(" ORDER BY 1") + maybe(" LIMIT 3");
	}

	private String simpleSelect() {
		return "SELECT " + maybe("DISTINCT ") + expression() + maybe(" AS " + alias())
				+ maybe(" , " + expression() + " AS " + alias()) + " FROM " + source() + maybe(" WHERE " + condition());
	}

	private String source() {
		return oneOf(() -> table(), () -> table() + " AS x", () -> table() + " x",
				() -> "( SELECT * FROM " + table() + " ) AS x", () -> table() + " AS x CROSS JOIN u AS y",
				() -> table() + " AS x LEFT JOIN u AS y ON x . id = y . id");
	}

	private String expression() {
		return oneOf(() -> "1", () -> "-1.5e3", () -> ".5", () -> "0x1F", () -> string(), () -> string(),
				() -> "COUNT( * )", () -> "CONCAT( " + string() + " , " + string() + " )",
				() -> "REPLACE( " + string() + " , 'a' , 'b' )", () -> "( SELECT MAX( id ) FROM " + table() + " )",
				() -> "CASE WHEN " + condition() + " THEN 1 ELSE 2 END", () -> "NOW()", () -> "@@autocommit",
				() -> "INSERT( 'abc' , 1 , 1 , 'x' )", () -> "1 - -1", () -> "3 * 4 / 5",
				() -> "SUBSTRING( 'abc' , 2 )", () -> "IF( 1 = 1 , 'update' , 'delete' )");
	}

	private String condition() {
		return oneOf(() -> "1 = 1", () -> string() + " = " + string(), () -> "1 IN ( SELECT id FROM " + table() + " )",
				() -> "EXISTS ( SELECT 1 FROM " + table() + " WHERE b = " + string() + " )",
				() -> string() + " LIKE " + string(), () -> "NOT ( 1 = 2 )", () -> "1 BETWEEN 0 AND 2");
	}

	/**
	 * Make a read that locks.
	 */
	GeneratedStatement lockingRead() {
		if (this.random.nextInt(4) == 0) {
			return statement(Kind.SHARED_LOCKING_READ, null, "SELECT * FROM " + table() + maybe(" WHERE " + condition())
					+ oneOf(() -> " FOR SHARE", () -> " LOCK IN SHARE MODE"));
		}
		if (this.random.nextInt(6) == 0) {
			return statement(Kind.LOCKING_FUNCTION, null,
					oneOf(() -> "SELECT GET_LOCK( 'ct_fuzz_lock' , 0 )", () -> "SELECT NEXTVAL( 'ct_fuzz_sequence' )",
							() -> "SELECT `nextval`( 'ct_fuzz_sequence' ) FROM " + table(),
							() -> "SELECT SETVAL( 'ct_fuzz_sequence' , 7 )"));
		}
		if (this.random.nextInt(6) == 0) {
			return statement(Kind.UNCERTAIN_READ, null, oneOf(() -> "SELECT @h1", () -> "SELECT MY_FUNCTION( 1 )",
					() -> "SELECT MAX( MY_FUNCTION( id ) ) FROM " + table(), () -> "SELECT 1 INTO @h1"));
		}
		String table = table();
		String locking = "SELECT " + expression() + " FROM " + table + maybe(" WHERE " + condition())
				+ maybe(" LIMIT 1") + " FOR UPDATE";
		return statement(Kind.LOCKING_READ, table,
				oneOf(() -> locking, () -> locking, () -> "SELECT * FROM ( " + locking + " ) AS x",
						() -> "SELECT 1 WHERE 1 IN ( " + locking + " )", () -> "( " + locking + " )",
						() -> "( " + select() + " ) UNION ALL ( " + locking + " )",
						() -> "WITH c AS ( " + locking + " ) SELECT * FROM c",
						() -> "WITH c AS ( " + select() + " ) " + locking, () -> "EXPLAIN ANALYZE " + locking));
	}

	/**
	 * Make a plain insert.
	 */
	GeneratedStatement insert() {
		String table = table();
		String head = oneOf(() -> "INSERT INTO ", () -> "INSERT ") + table + " ";
		return statement(Kind.INSERT, table,
				maybe("EXPLAIN ANALYZE ") + head
						+ oneOf(() -> "VALUES ( 100 , 1 , " + string() + " )", () -> "( id , b ) VALUES ( 101 , 'x' )",
								() -> "( id , b ) SELECT id + 200 , " + string() + " FROM u",
								() -> "SET id = 102 , b = " + string(), () -> "SELECT id + 300 , 1 , 'x' FROM u",
								() -> "( id ) VALUES ( 103 ) , ( 104 )"));
	}

	/**
	 * Make a change of rows.
	 */
	GeneratedStatement modification() {
		String table = table();
		if (this.random.nextInt(3) == 0) {
			return statement(Kind.MODIFY, null, oneOf(() -> "UPDATE " + table + " , u SET a = 1",
					() -> "UPDATE " + table + " AS x JOIN u AS y ON x . id = y . id SET x . a = 1 , y . a = 1",
					() -> "UPDATE " + table + " AS x JOIN u AS y ON x . id = y . id SET a = 1",
					() -> "DELETE x , y FROM " + table + " AS x JOIN u AS y ON x . id = y . id",
					() -> "DELETE FROM " + table + " USING " + table + " JOIN u ON 1 = 1",
					() -> "WITH c AS ( SELECT 1 AS n ) DELETE FROM " + table + " WHERE id IN ( SELECT n FROM c )",
					() -> "WITH c AS ( SELECT 1 AS n ) UPDATE " + table + " SET a = 2",
					() -> "WITH c AS ( DELETE FROM " + table + " ) SELECT 1",
					() -> "WITH c AS ( INSERT INTO " + table + " VALUES ( 9 , 9 , 'x' ) ) SELECT 1",
					() -> "SELECT * FROM t WHERE id IN ( WITH c AS ( UPDATE " + table + " SET a = 1 ) SELECT 1 )",
					() -> "MERGE INTO " + table + " USING u ON 1 = 1 WHEN MATCHED THEN DELETE"));
		}
		return statement(Kind.MODIFY, table, maybe("EXPLAIN ANALYZE ") + oneOf(() -> "UPDATE " + table + " SET a = 1",
				() -> "UPDATE " + table + " AS x SET b = " + string(),
				() -> "UPDATE " + table + " AS x JOIN u AS y ON x . id = y . id SET x . a = y . a , x . b = "
						+ string(),
				() -> "DELETE x FROM " + table + " AS x JOIN u AS y ON x . id = y . id WHERE x . id > 1",
				() -> "UPDATE " + table + " SET b = " + string() + " WHERE " + condition(),
				() -> "DELETE FROM " + table, () -> "DELETE FROM " + table + " WHERE " + condition(),
				() -> "DELETE FROM " + table + " ORDER BY id LIMIT 1",
				() -> "REPLACE INTO " + table + " VALUES ( 1 , 1 , " + string() + " )",
				() -> "REPLACE " + table + " ( id ) SELECT id FROM u",
				() -> "INSERT IGNORE INTO " + table + " VALUES ( 1 , 1 , 'x' )",
				() -> "INSERT INTO " + table + " VALUES ( 1 , 1 , " + string() + " ) ON DUPLICATE KEY UPDATE a = 5",
				() -> "INSERT INTO " + table + " SELECT * FROM u ON DUPLICATE KEY UPDATE b = 'x'"));
	}

	/**
	 * Make anything else: changes of definitions, transactions, settings, MatrixOne's own
	 * commands.
	 */
	GeneratedStatement other() {
		String table = table();
		String hint = oneOf(() -> "{ SNAPSHOT = 's1' }", () -> "{ MO_TS = 1 }",
				() -> "{ AS OF TIMESTAMP '2026-01-01 00:00:00' }");
		return switch (this.random.nextInt(31)) {
			case 0 -> statement(Kind.SET, null,
					oneOf(() -> "SET @h1 = 1", () -> "SET @h1 := " + string(),
							() -> "SET SESSION lock_wait_timeout = 5", () -> "SET NAMES utf8mb4",
							() -> "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
							() -> "SET @@lock_wait_timeout = 5 , @h1 = 2", () -> "SET ROLE moadmin"));
			case 1 -> statement(Kind.SET_AUTOCOMMIT, null,
					oneOf(() -> "SET autocommit = 0", () -> "SET SESSION autocommit = 1", () -> "SET @@autocommit = ON",
							() -> "SET @@session.autocommit = 1", () -> "SET @h1 = 1 , `autocommit` = 1",
							() -> "SET LOCAL autocommit := 0"));
			case 2 -> statement(Kind.BEGIN, null, oneOf(() -> "BEGIN", () -> "BEGIN WORK", () -> "START TRANSACTION",
					() -> "START TRANSACTION READ ONLY"));
			case 3 -> statement(Kind.COMMIT, null, oneOf(() -> "COMMIT", () -> "COMMIT WORK"));
			case 4 -> statement(Kind.ROLLBACK, null, oneOf(() -> "ROLLBACK", () -> "ROLLBACK WORK"));
			case 5 -> statement(Kind.SAVEPOINT, null, oneOf(() -> "SAVEPOINT p", () -> "ROLLBACK TO p",
					() -> "ROLLBACK WORK TO SAVEPOINT p", () -> "RELEASE SAVEPOINT p"));
			case 6 -> statement(Kind.LOCK_TABLES, null, oneOf(() -> "LOCK TABLES " + table + " READ",
					() -> "LOCK TABLE " + table + " WRITE", () -> "UNLOCK TABLES"));
			case 7 -> statement(Kind.USE, null, oneOf(() -> "USE " + DATABASE, () -> "USE `mo_catalog`"));
			case 8 -> statement(Kind.CREATE_TABLE, "n1",
					oneOf(() -> "CREATE TABLE n1 ( id INT )", () -> "CREATE TABLE n1 LIKE " + table,
							() -> "CREATE TABLE n1 AS SELECT * FROM " + table,
							() -> "CREATE TABLE n1 ( b VARCHAR( 20 ) DEFAULT " + string() + " )"));
			case 9 -> statement(Kind.TRUNCATE, table, "TRUNCATE " + maybe("TABLE ") + table);
			case 10 -> statement(Kind.CREATE_DATABASE, null, "CREATE DATABASE n2");
			case 11 -> statement(Kind.CREATE_OTHER, null,
					oneOf(() -> "CREATE TEMPORARY TABLE n9 ( id INT )", () -> "DROP TEMPORARY TABLE IF EXISTS n9",
							() -> "CREATE VIEW v1 AS " + select(), () -> "CREATE OR REPLACE VIEW v1 AS " + select(),
							() -> "CREATE SEQUENCE q1"));
			case 12 -> statement(Kind.CLONE_TABLE, table, "CREATE TABLE n3 CLONE " + table);
			case 13 -> statement(Kind.CLONE_TABLE_AT, table, "CREATE TABLE n3 CLONE " + table + " " + hint);
			case 14 -> statement(Kind.CLONE_DATABASE, null, "CREATE DATABASE n4 CLONE " + DATABASE);
			case 15 -> statement(Kind.CLONE_DATABASE_AT, null, "CREATE DATABASE n4 CLONE " + DATABASE + " " + hint);
			case 16 -> statement(Kind.BRANCH_CREATE, null, oneOf(() -> "DATA BRANCH CREATE TABLE n5 FROM " + table,
					() -> "DATA BRANCH CREATE DATABASE n6 FROM " + DATABASE));
			case 17 -> statement(Kind.BRANCH_DELETE, null,
					oneOf(() -> "DATA BRANCH DELETE TABLE n5", () -> "DATA BRANCH DELETE DATABASE n6"));
			case 18 -> statement(Kind.BRANCH_MERGE, table,
					"DATA BRANCH MERGE " + table + " INTO u" + maybe(" WHEN CONFLICT SKIP"));
			case 19 -> statement(Kind.BRANCH_PICK, null, "DATA BRANCH PICK " + table + " INTO u KEYS ( 1 , 2 )");
			case 20 -> statement(Kind.SNAPSHOT_COMMAND, null,
					oneOf(() -> "CREATE SNAPSHOT s1 FOR ACCOUNT", () -> "CREATE SNAPSHOT s1 FOR DATABASE " + DATABASE,
							() -> "DROP SNAPSHOT s1", () -> "DROP SNAPSHOT IF EXISTS s1"));
			case 21 -> statement(Kind.RESTORE, null,
					oneOf(() -> "RESTORE DATABASE n7 { SNAPSHOT = s1 }", () -> "RESTORE TABLE n7 . t { SNAPSHOT = s1 }",
							() -> "RESTORE FROM PITR p1 '2026-01-01 00:00:00'"));
			case 22 -> statement(Kind.PITR_COMMAND, null, oneOf(() -> "CREATE PITR p1 FOR DATABASE n7 RANGE 1 'h'",
					() -> "ALTER PITR p1 RANGE 2 'h'", () -> "DROP PITR p1"));
			case 23 -> statement(Kind.SHOW_SNAPSHOTS, null,
					oneOf(() -> "SHOW SNAPSHOTS", () -> "SHOW PITR", () -> "SHOW SNAPSHOTS WHERE 1 = 1"));
			case 24 -> statement(Kind.PREPARED_TEXT, null, oneOf(() -> "PREPARE s1 FROM 'DELETE FROM t'",
					() -> "EXECUTE s1", () -> "EXECUTE s1 USING @h1", () -> "DEALLOCATE PREPARE s1"));
			case 25 -> statement(Kind.CALL, null,
					oneOf(() -> "CALL p1 ( " + string() + " )", () -> "CALL " + DATABASE + " . p1 ( )"));
			case 26 -> statement(Kind.OTHER, null,
					oneOf(() -> "DROP TABLE " + table, () -> "DROP DATABASE n7",
							() -> "ALTER TABLE " + table + " ADD COLUMN c INT", () -> "RENAME TABLE t TO n7",
							() -> "CREATE INDEX i1 ON " + table + " ( a )", () -> "DROP VIEW v1"));
			case 27 -> statement(Kind.OTHER, null, oneOf(() -> "LOAD DATA INFILE '/tmp/x' INTO TABLE " + table,
					() -> "DO SLEEP( 0 )", () -> "IMPORT INTO t", () -> "ANALYZE TABLE " + table + " ( a )"));
			case 28 -> statement(Kind.OTHER, null,
					oneOf(() -> "SELECT * INTO n8 FROM " + table, () -> "DATA BRANCH DIFF t AGAINST u OUTPUT AS n8",
							() -> "GRANT SELECT ON TABLE * . * TO moadmin", () -> "KILLALL", () -> "EXPLAINS t"));
			case 29 -> statement(Kind.OTHER, null,
					oneOf(() -> "CREATE TABLE t AS WITH c AS ( DELETE FROM " + table + " ) SELECT 1",
							() -> "XA START 'x'", () -> "UPGRADE ACCOUNT ALL"));
			default -> statement(Kind.READ, null, oneOf(() -> "KILL QUERY 5", () -> "HELP 'select'",
					() -> "DATA BRANCH DIFF t AGAINST u", () -> "DATA BRANCH DIFF t AGAINST u OUTPUT COUNT"));
		};
	}

	/**
	 * Write a name of the table {@code t} in one of many ways.
	 */
	private String table() {
		return oneOf(() -> "t", () -> "t", () -> "`t`", () -> "`T`", () -> DATABASE + " . t",
				() -> "`" + DATABASE + "` . `t`", () -> DATABASE + ".`t`", () -> "u");
	}

	private String string() {
		return pick(STRINGS);
	}

	private String alias() {
		return pick(ALIASES);
	}

	private GeneratedStatement statement(Kind kind, String table, String template) {
		return new GeneratedStatement(decorate(template), kind, (table != null) ? tableName(table) : null);
	}

	private static TableName tableName(String written) {
		String[] parts = written.replace("`", "").replace(" ", "").split("\\.");
		return (parts.length == 2) ? TableName.of(parts[0], parts[1]) : TableName.of(parts[0]);
	}

	private String decorate(String template) {
		StringBuilder sql = new StringBuilder((this.random.nextInt(4) == 0) ? gap() : "");
		for (String token : tokens(template)) {
			boolean keyword = token.chars().allMatch((character) -> character >= 'A' && character <= 'Z');
			String written = keyword ? changeCase(token) : token;
			boolean wrapped = (keyword || this.unusual) && this.random.nextInt(20) == 0;
			sql.append(wrapped ? pick("/*!50000 ", "/*! ", "/*!40101\n") + written + " */" : written).append(gap());
		}
		return sql.append(pick("", "", ";", " ; ", "-- x", "/* x */")).toString();
	}

	/**
	 * Split a template at its blanks outside of strings and quoted names.
	 */
	private static List<String> tokens(String template) {
		List<String> tokens = new ArrayList<>();
		StringBuilder token = new StringBuilder();
		char quote = 0;
		for (int i = 0; i < template.length(); i++) {
			char character = template.charAt(i);
			if (quote != 0 && character == '\\' && quote != '`') {
				token.append(character).append(template.charAt(++i));
				continue;
			}
			if (quote == 0 && (character == '\'' || character == '"' || character == '`')) {
				quote = character;
			}
			else if (character == quote) {
				quote = 0;
			}
			if (quote == 0 && character == ' ') {
				tokens.add(token.toString());
				token.setLength(0);
			}
			else {
				token.append(character);
			}
		}
		tokens.add(token.toString());
		return tokens;
	}

	private String gap() {
		if (this.random.nextInt(3) > 0) {
			return " ";
		}
		if (this.unusual && this.random.nextInt(6) == 0) {
			return " " + pick(UNUSUAL_GAPS) + " ";
		}
		return " " + pick(GAPS) + maybe(pick(GAPS));
	}

	private String changeCase(String keyword) {
		return switch (this.random.nextInt(3)) {
			case 0 -> keyword;
			case 1 -> keyword.toLowerCase(Locale.ROOT);
			default -> keyword.charAt(0) + keyword.substring(1).toLowerCase(Locale.ROOT);
		};
	}

	private String maybe(String text) {
		return (this.random.nextInt(3) == 0) ? text : "";
	}

	@SafeVarargs
	private String oneOf(Supplier<String>... choices) {
		return choices[this.random.nextInt(choices.length)].get();
	}

	private String pick(String... choices) {
		return choices[this.random.nextInt(choices.length)];
	}

	/**
	 * A statement and its effect.
	 *
	 * @param sql the text
	 * @param kind what it does
	 * @param table the table that the kind speaks of
	 */
	record GeneratedStatement(String sql, Kind kind, TableName table) {

	}

}
