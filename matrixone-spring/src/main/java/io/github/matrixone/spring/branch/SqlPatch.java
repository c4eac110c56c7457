package io.github.matrixone.spring.branch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * Changes of rows as SQL statements, to read, to keep and to replay on another copy of
 * the tables.
 *
 * <p>
 * Each {@code UPDATE} and {@code DELETE} names the row by its key and by all of its old
 * values, so that a row which has become another one is not overwritten, and an
 * {@code INSERT} fails where there is one. At the end stand {@code SELECT}s that fail
 * unless the rows are what the patch was to make them; rows that are to get a null are
 * locked and looked at before. So replay a patch in one transaction: it does all or
 * nothing then.
 *
 * <p>
 * Rows are removed before those that they reference, and added after them: those of
 * referencing tables, and those of a table that references itself. They are removed
 * first, but last where rows that stay reference them until they are updated. Generated
 * columns are left out. The text has one statement a line, without backslashes and
 * control characters, and means the same with the SQL mode {@code NO_BACKSLASH_ESCAPES};
 * store and read it as UTF-8.
 *
 * @since 0.1
 */
public final class SqlPatch {

	/** The comment that a script begins with. */
	static final String HEAD = "-- UTF-8. To be replayed in one transaction.\n";

	private final List<TablePatch> tables;

	private final boolean qualified;

	/**
	 * Create a patch.
	 * @param tables the tables, those that are referenced first
	 */
	SqlPatch(List<TablePatch> tables) {
		this(tables, true);
	}

	private SqlPatch(List<TablePatch> tables, boolean qualified) {
		this.tables = tables;
		this.qualified = qualified;
	}

	/**
	 * Return the same without the names of databases, to replay in the current one.
	 * @return the patch
	 */
	public SqlPatch withoutDatabases() {
		return new SqlPatch(this.tables, false);
	}

	/**
	 * Return the statements, without semicolons. Each is written when it is asked for.
	 * @return the statements
	 */
	public Stream<String> statements() {
		List<TablePatch> referencingFirst = new ArrayList<>(this.tables);
		Collections.reverse(referencingFirst);
		Set<TableName> last = ChangedRows.removedLast(referencingFirst.stream().map(TablePatch::rows).toList());
		return Stream
			.of(of(this.tables, TablePatch::checksBefore),
					of(referencingFirst,
							(table, name) -> last.contains(table.table()) ? Stream.of() : table.deletes(name)),
					of(this.tables, TablePatch::inserts), of(this.tables, TablePatch::updates),
					of(referencingFirst,
							(table, name) -> last.contains(table.table()) ? table.deletes(name) : Stream.of()),
					of(this.tables, TablePatch::checksAfter))
			.flatMap(Function.identity());
	}

	private Stream<String> of(List<TablePatch> tables, BiFunction<TablePatch, String, Stream<String>> statements) {
		return tables.stream().flatMap((table) -> statements.apply(table, name(table)));
	}

	/**
	 * Write the statements with comments, as a script for Spring's {@code ScriptUtils} or
	 * the client {@code mysql}. It neither begins nor ends a transaction.
	 * @param script what to write to
	 * @throws IOException if it cannot be written to
	 */
	public void writeTo(Appendable script) throws IOException {
		script.append(HEAD);
		for (TablePatch table : this.tables) {
			script.append(counts(table.table(), table::count));
		}
		for (String statement : (Iterable<String>) statements()::iterator) {
			script.append(statement).append(";\n");
		}
	}

	/**
	 * Return the comment that tells how many rows of a table are changed.
	 */
	static String counts(TableName table, ToLongFunction<Kind> count) {
		return "-- %s: %d added, %d updated, %d removed\n".formatted(table, count.applyAsLong(Kind.ADDED),
				count.applyAsLong(Kind.UPDATED), count.applyAsLong(Kind.REMOVED));
	}

	private String name(TablePatch table) {
		return this.qualified ? table.table().quoted() : table.table().quotedName();
	}

}
