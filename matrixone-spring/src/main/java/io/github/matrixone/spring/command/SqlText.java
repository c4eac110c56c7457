package io.github.matrixone.spring.command;

import java.util.List;
import java.util.Objects;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Text of a statement and the values of its placeholders.
 *
 * @param sql the text, with all names quoted
 * @param arguments the values of the placeholders
 * @since 0.1
 */
public record SqlText(String sql, List<Object> arguments) {

	public SqlText {
		arguments = List.copyOf(arguments);
	}

	/**
	 * Create a statement.
	 * @param sql the text, with all names quoted
	 * @param arguments the values of the placeholders
	 * @return the statement
	 */
	public static SqlText of(String sql, Object... arguments) {
		return new SqlText(sql, List.of(arguments));
	}

	/**
	 * Create a query that gives a row if a table or a view exists: its type.
	 * @param table the table, with its database
	 * @return the query
	 */
	public static SqlText lookUp(TableName table) {
		return of(
				"SELECT table_type FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ?",
				Objects.requireNonNull(table.database(), "The table's database must be known").normalized(),
				table.normalizedName());
	}

	/**
	 * Create a query that gives a row if there is a view of a name.
	 * @param view the view, with its database
	 * @return the query
	 */
	public static SqlText view(TableName view) {
		return of(
				"SELECT 1 FROM information_schema.tables WHERE lower(table_schema) = ? AND lower(table_name) = ? "
						+ "AND table_type = 'VIEW'",
				Objects.requireNonNull(view.database(), "The view's database must be known").normalized(),
				view.normalizedName());
	}

	/**
	 * Create a query that gives a row if a database exists.
	 * @param database the database
	 * @return the query
	 */
	public static SqlText lookUp(DatabaseName database) {
		return of("SELECT 1 FROM information_schema.schemata WHERE lower(schema_name) = ?", database.normalized());
	}

	/**
	 * Create a query that gives a row if a foreign key references a table.
	 * @param table the table, with its database
	 * @return the query
	 */
	public static SqlText references(TableName table) {
		return of("""
				SELECT 1 FROM mo_catalog.mo_foreign_keys
				WHERE lower(refer_db_name) = ? AND lower(refer_table_name) = ? LIMIT 1""",
				Objects.requireNonNull(table.database(), "The table's database must be known").normalized(),
				table.normalizedName());
	}

	/**
	 * Create a query that gives a row if a table has a foreign key through which a change
	 * of another table may change its rows.
	 * @param table the table, with its database
	 * @return the query
	 */
	public static SqlText cascadesTo(TableName table) {
		return of("""
				SELECT 1 FROM mo_catalog.mo_foreign_keys
				WHERE lower(db_name) = ? AND lower(table_name) = ?
				AND (on_delete NOT IN ('RESTRICT', 'NO ACTION', 'NO_ACTION')
				OR on_update NOT IN ('RESTRICT', 'NO ACTION', 'NO_ACTION'))
				LIMIT 1""", Objects.requireNonNull(table.database(), "The table's database must be known").normalized(),
				table.normalizedName());
	}

	/**
	 * Create a query that gives a row if a foreign key of another database references a
	 * database.
	 * @param database the database
	 * @return the query
	 */
	public static SqlText references(DatabaseName database) {
		return of("""
				SELECT 1 FROM mo_catalog.mo_foreign_keys
				WHERE lower(refer_db_name) = ? AND lower(db_name) <> ? LIMIT 1""", database.normalized(),
				database.normalized());
	}

}
