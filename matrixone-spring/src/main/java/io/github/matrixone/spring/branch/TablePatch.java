package io.github.matrixone.spring.branch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Writes the changed rows of one table as statements, in an order that its foreign keys
 * accept.
 */
final class TablePatch {

	private final TableName table;

	private final RowStatements statements;

	private final List<RowChange> changes;

	private final ChangedRows rows;

	/**
	 * Create a patch.
	 * @param table the table
	 * @param columns the answer to {@link TableColumns#of} it
	 * @param references the answer to {@link References#to} it
	 * @param changes the rows
	 * @throws UnsupportedByServerException if the table has other columns by now, or
	 * there is no text for a value
	 */
	TablePatch(TableName table, Rows columns, Rows references, List<RowChange> changes) {
		this.table = table;
		this.statements = new RowStatements(table, table.quoted(), columns);
		this.changes = changes;
		this.rows = new ChangedRows(table, References.read(references), this.statements::spelled,
				of(Kind.REMOVED).toList(), of(Kind.UPDATED).toList(), RowChange::base);
		changes.forEach(this.statements::requireWritable);
	}

	TableName table() {
		return this.table;
	}

	/**
	 * Return the values that are instants, as the driver has given them.
	 */
	Stream<Object> timestamps() {
		return this.changes.stream().flatMap(this.statements::timestamps);
	}

	ChangedRows rows() {
		return this.rows;
	}

	long count(Kind kind) {
		return of(kind).count();
	}

	private Stream<RowChange> of(Kind kind) {
		return this.changes.stream().filter((change) -> change.kind() == kind);
	}

	/**
	 * Return rows so that none references one that comes before it, as far as the table
	 * references itself.
	 */
	private List<RowChange> referencedLast(Kind kind,
			Function<RowChange, @Nullable Map<String, @Nullable Object>> values) {
		List<RowChange> rows = of(kind).toList();
		List<List<RowChange>> levels = this.rows.levels(rows, values);
		return levels.isEmpty() ? rows : levels.stream().flatMap(List::stream).toList();
	}

	/**
	 * Return the statements that remove rows which are what they were.
	 * @param name the name of the table
	 */
	Stream<String> deletes(String name) {
		return referencedLast(Kind.REMOVED, RowChange::base).stream().map(this.statements.named(name)::delete);
	}

	/**
	 * Return the statements that add rows.
	 * @param name the name of the table
	 */
	Stream<String> inserts(String name) {
		List<RowChange> referencedFirst = new ArrayList<>(referencedLast(Kind.ADDED, RowChange::branch));
		Collections.reverse(referencedFirst);
		return referencedFirst.stream().map(this.statements.named(name)::insert);
	}

	/**
	 * Return the statements that change rows which are what they were.
	 * @param name the name of the table
	 */
	Stream<String> updates(String name) {
		return of(Kind.UPDATED).map(this.statements.named(name)::update).flatMap(Optional::stream);
	}

	/**
	 * Return the statements that lock rows which are to get a null, and fail if they are
	 * not what they were.
	 * @param name the name of the table
	 */
	Stream<String> checksBefore(String name) {
		List<String> before = new ArrayList<>();
		check(new RowChecks(this.statements.named(name), before::add, (after) -> {
		}));
		return before.stream();
	}

	/**
	 * Return the queries that fail if rows are not what the statements were to make them.
	 * @param name the name of the table
	 */
	Stream<String> checksAfter(String name) {
		List<String> after = new ArrayList<>();
		check(new RowChecks(this.statements.named(name), (before) -> {
		}, after::add));
		return after.stream();
	}

	private void check(RowChecks checks) {
		this.changes.forEach(checks::add);
		checks.end();
	}

}
