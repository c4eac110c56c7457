package io.github.matrixone.spring.sql;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

/**
 * What the text of a statement tells of its effect. Whatever is not recognized with
 * certainty counts as {@link Kind#OTHER}, an unknown write, because a write that passes
 * for something harmless would corrupt data later.
 * <p>
 * Only the text is looked at: changes that the server makes on its own, such as those of
 * a foreign key with {@code ON DELETE CASCADE}, are not known here.
 *
 * @param kind what the statement does
 * @param table the table that {@link Kind} speaks of, or {@code null} if there is none or
 * if it cannot be named with certainty
 * @param ifNotExists whether a table or database is created or cloned
 * {@code IF NOT EXISTS}
 * @param target the table that is made by a clone, or {@code null} if there is none or if
 * it cannot be named with certainty
 * @param database the database that {@code USE} makes the current one, or that is
 * created, also by a clone; {@code null} if there is none or if it cannot be named with
 * certainty
 * @param sessionChange the variables that a {@code SET} changes, or {@code null} if this
 * is none
 * @param writesAtHint whether the statement writes or locks a table that is named with a
 * time hint, or may do so: the server would corrupt the table
 * @param readsAtSeveralTimes whether tables are named with different time hints: the
 * server would read all of them at one of these times
 * @param deletesByJoin the names in a {@code DELETE} that has a {@code JOIN} and no
 * {@code WHERE}, in lower case, or {@code null} for any other statement: of a table with
 * a foreign key the server would delete all rows
 * @param updatesDuplicates whether this is an {@code INSERT … ON DUPLICATE KEY UPDATE}:
 * the server does not lock the rows that it updates by another unique key than the
 * primary one
 * @param limitsWithoutOrder whether its text locks or changes rows up to a {@code LIMIT}
 * without an {@code ORDER BY}: the server would not read them again after it has waited
 * for their locks
 * @param change how it changes rows that are there, or {@code null} if it does not: the
 * server does not read them again after it has waited for the lock of one of them whose
 * holder has changed nothing, and does not lock rows of other tables that it deletes with
 * them
 * @since 0.1
 */
public record SqlStatement(Kind kind, @Nullable TableName table, boolean ifNotExists, @Nullable TableName target,
		@Nullable DatabaseName database, @Nullable SessionChange sessionChange, boolean writesAtHint,
		boolean readsAtSeveralTimes, @Nullable Set<String> deletesByJoin, boolean updatesDuplicates,
		boolean limitsWithoutOrder, @Nullable Change change) {

	private static final int LONGEST_CACHED_TEXT = 4_000;

	private static final ConcurrentLruCache<String, List<SqlStatement>> cache = new ConcurrentLruCache<>(2_000,
			SqlStatement::read);

	/**
	 * Create what is known of a statement.
	 * @param kind what the statement does
	 * @param table the table that the kind speaks of, or {@code null}
	 * @param ifNotExists whether something is created {@code IF NOT EXISTS}
	 * @param target the table that is made by a clone, or {@code null}
	 * @param database the database that is used or created, or {@code null}
	 * @param sessionChange the variables that a {@code SET} changes, or {@code null}
	 * @param writesAtHint whether a table with a time hint may be written or locked
	 * @param readsAtSeveralTimes whether there are different time hints
	 * @param deletesByJoin the names in a {@code DELETE} with a {@code JOIN} and without
	 * a {@code WHERE}, or {@code null}
	 * @param updatesDuplicates whether it is an insert that updates duplicates
	 * @param limitsWithoutOrder whether it locks or changes rows up to a limit without an
	 * order
	 * @param change how it changes rows that are there, or {@code null}
	 */
	public SqlStatement {
		Objects.requireNonNull(kind, "The kind must not be null");
	}

	/**
	 * Create what is known of a statement without anything special.
	 * @param kind what the statement does
	 * @param table the table that the kind speaks of, or {@code null}
	 * @param ifNotExists whether something is created {@code IF NOT EXISTS}
	 */
	public SqlStatement(Kind kind, @Nullable TableName table, boolean ifNotExists) {
		this(kind, table, ifNotExists, null, null, null, false, false, null, false, false, null);
	}

	/**
	 * Look at a text of one or several statements. Never fails: a text that cannot be
	 * read, such as one with an unfinished string, is a single {@link Kind#UNREADABLE}.
	 * @param sql the text as it goes to the server
	 * @return the statements in their order, unmodifiable; empty if the text holds
	 * nothing but blanks and comments
	 */
	public static List<SqlStatement> parse(String sql) {
		return (sql.length() > LONGEST_CACHED_TEXT) ? read(sql) : cache.get(sql);
	}

	private static List<SqlStatement> read(String sql) {
		List<SqlStatement> statements = SqlStatementParser.parse(sql);
		return OrderedLimits.isMissing(sql) ? statements.stream().map(SqlStatement::limitingWithoutOrder).toList()
				: statements;
	}

	/**
	 * Return a text whose statements have an {@code ORDER BY} where they
	 * {@linkplain #limitsWithoutOrder() lack} one.
	 * @param sql the text
	 * @param statements what {@link #parse} has read in it
	 * @return the text to send
	 */
	public static String ordered(String sql, List<SqlStatement> statements) {
		boolean missing = !statements.isEmpty() && statements.get(0).limitsWithoutOrder();
		return missing ? OrderedLimits.add(sql) : sql;
	}

	private SqlStatement limitingWithoutOrder() {
		return new SqlStatement(this.kind, this.table, this.ifNotExists, this.target, this.database, this.sessionChange,
				this.writesAtHint, this.readsAtSeveralTimes, this.deletesByJoin, this.updatesDuplicates, true,
				this.change);
	}

	SqlStatement writingAtHint() {
		return new SqlStatement(this.kind, this.table, this.ifNotExists, this.target, this.database, this.sessionChange,
				true, this.readsAtSeveralTimes, this.deletesByJoin, this.updatesDuplicates, this.limitsWithoutOrder,
				this.change);
	}

	SqlStatement readingAtSeveralTimes() {
		return new SqlStatement(this.kind, this.table, this.ifNotExists, this.target, this.database, this.sessionChange,
				this.writesAtHint, true, this.deletesByJoin, this.updatesDuplicates, this.limitsWithoutOrder,
				this.change);
	}

	SqlStatement deletingByJoin(Set<String> names) {
		return new SqlStatement(this.kind, this.table, this.ifNotExists, this.target, this.database, this.sessionChange,
				this.writesAtHint, this.readsAtSeveralTimes, Set.copyOf(names), this.updatesDuplicates,
				this.limitsWithoutOrder, this.change);
	}

	SqlStatement updatingDuplicates() {
		return new SqlStatement(this.kind, this.table, this.ifNotExists, this.target, this.database, this.sessionChange,
				this.writesAtHint, this.readsAtSeveralTimes, this.deletesByJoin, true, this.limitsWithoutOrder,
				this.change);
	}

	SqlStatement changing(Change change) {
		return new SqlStatement(this.kind, this.table, this.ifNotExists, this.target, this.database, this.sessionChange,
				this.writesAtHint, this.readsAtSeveralTimes, this.deletesByJoin, this.updatesDuplicates,
				this.limitsWithoutOrder, change);
	}

	/**
	 * Return the same with what statements do to data that it prepares, or makes a
	 * procedure of.
	 */
	SqlStatement holding(List<SqlStatement> held) {
		SqlStatement all = this;
		for (SqlStatement statement : held) {
			all = statement.writesAtHint() ? all.writingAtHint() : all;
			all = statement.readsAtSeveralTimes() ? all.readingAtSeveralTimes() : all;
			all = (all.deletesByJoin() == null && statement.deletesByJoin() != null)
					? all.deletingByJoin(statement.deletesByJoin()) : all;
		}
		return all;
	}

	/**
	 * How a statement changes rows that are there.
	 */
	public enum Change {

		/** {@code UPDATE}. */
		UPDATE,

		/** {@code DELETE}. */
		DELETE,

		/** {@code REPLACE}, which deletes rows that it puts others in the place of. */
		REPLACE

	}

	/**
	 * What a statement does.
	 *
	 * @since 0.1
	 */
	public enum Kind {

		/** Reads, and certainly does nothing else. */
		READ(false),

		/**
		 * A query with a user variable, or a function of which it is not known that it
		 * leaves all as it is.
		 */
		UNCERTAIN_READ(false),

		/** A query that locks rows, those of the table where that is the only one. */
		LOCKING_READ(false),

		/** A query that moves a sequence or takes a named lock, and locks no rows. */
		LOCKING_FUNCTION(false),

		/** A query with {@code FOR SHARE} or {@code LOCK IN SHARE MODE}. */
		SHARED_LOCKING_READ(false),

		/** Inserts new rows into the table and does nothing else. */
		INSERT(true),

		/** Creates the table, empty, from a query or like another one. */
		CREATE_TABLE(true),

		/** Creates a database. */
		CREATE_DATABASE(true),

		/**
		 * Creates a view, a sequence or a temporary table, or drops a temporary table; no
		 * rows of other tables change.
		 */
		CREATE_OTHER(true),

		/** Changes rows of the table, or of any table where it is {@code null}. */
		MODIFY(true),

		/**
		 * {@code TRUNCATE} of the table, which is {@code null} if it is not certain.
		 */
		TRUNCATE(true),

		/** Any {@code SET}. */
		SET(false),

		/**
		 * {@code SET} that changes the session's autocommit mode.
		 */
		SET_AUTOCOMMIT(false),

		/** Begins a transaction. */
		BEGIN(false),

		/** Commits the transaction. */
		COMMIT(false),

		/** Rolls the transaction back, all of it. */
		ROLLBACK(false),

		/** Makes a savepoint, releases one or rolls back to one. */
		SAVEPOINT(false),

		/** {@code LOCK TABLES} or {@code UNLOCK TABLES}. */
		LOCK_TABLES(false),

		/** Changes the current database. */
		USE(false),

		/** Clones the table, the source, as it is now. */
		CLONE_TABLE(true),

		/** Clones the table, the source, as it was at a snapshot or a time. */
		CLONE_TABLE_AT(true),

		/** Clones a database as it is now. */
		CLONE_DATABASE(true),

		/** Clones a database as it was at a snapshot or a time. */
		CLONE_DATABASE_AT(true),

		/** {@code DATA BRANCH CREATE}. */
		BRANCH_CREATE(true),

		/** {@code DATA BRANCH DELETE}. */
		BRANCH_DELETE(true),

		/** {@code DATA BRANCH MERGE} of the table, the source. */
		BRANCH_MERGE(true),

		/** {@code DATA BRANCH PICK}. */
		BRANCH_PICK(true),

		/** Creates or drops a snapshot. */
		SNAPSHOT_COMMAND(true),

		/** Shows snapshots, PITRs or a recovery window. */
		SHOW_SNAPSHOTS(false),

		/** Any {@code RESTORE}. */
		RESTORE(true),

		/** Creates, alters or drops a PITR. */
		PITR_COMMAND(true),

		/** Prepares, executes or releases a statement whose text is not seen here. */
		PREPARED_TEXT(true),

		/**
		 * {@code CALL} of a procedure, also as JDBC's <code>{call p()}</code>: the server
		 * runs it outside of the transaction.
		 */
		CALL(true),

		/** Anything else: may change every table. */
		OTHER(true),

		/**
		 * A text whose words cannot be told with certainty, such as one with a quote that
		 * is not closed. It may hide any other kind.
		 */
		UNREADABLE(true);

		private final boolean writes;

		Kind(boolean writes) {
			this.writes = writes;
		}

		/**
		 * Return whether such a statement may change data or definitions.
		 * @return {@code true} if it may
		 */
		public boolean writes() {
			return this.writes;
		}

		/**
		 * Return whether such a statement makes a clone.
		 * @return {@code true} if it does
		 */
		public boolean isClone() {
			return this == CLONE_TABLE || this == CLONE_TABLE_AT || this == CLONE_DATABASE || this == CLONE_DATABASE_AT;
		}

	}

}
