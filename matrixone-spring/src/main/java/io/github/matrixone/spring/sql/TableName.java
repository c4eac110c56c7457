package io.github.matrixone.spring.sql;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Name of a table, with or without the database that holds it. Without one the
 * connection's current database is meant. Any text without quotes, backslashes and
 * control characters, at most 5,000 characters long, as on the server; it is always sent
 * quoted.
 *
 * @since 0.1
 */
public final class TableName {

	private final @Nullable DatabaseName database;

	private final SimpleName name;

	private TableName(@Nullable DatabaseName database, SimpleName name) {
		this.database = database;
		this.name = name;
	}

	/**
	 * Create the name of a table of the current database.
	 * @param name the table's name, not quoted; a dot in it is part of the name
	 * @return the name
	 * @throws IllegalArgumentException if the name is empty, too long or contains a
	 * character that is not allowed
	 */
	public static TableName of(String name) {
		return new TableName(null, new SimpleName(name));
	}

	/**
	 * Create the name of a table of a database.
	 * @param database the database's name, not quoted
	 * @param name the table's name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if a name is empty, too long or contains a control
	 * character
	 */
	public static TableName of(String database, String name) {
		return of(DatabaseName.of(database), name);
	}

	/**
	 * Create the name of a table of a database.
	 * @param database the database
	 * @param name the table's name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if a name is empty, too long or contains a control
	 * character
	 */
	public static TableName of(DatabaseName database, String name) {
		return new TableName(Objects.requireNonNull(database, "The database must not be null"), new SimpleName(name));
	}

	/**
	 * Return the database that holds the table.
	 * @return the database, or {@code null} for the connection's current one
	 */
	public @Nullable DatabaseName database() {
		return this.database;
	}

	/**
	 * Return the table's name without its database.
	 * @return the name, neither quoted nor lower-cased
	 */
	public String name() {
		return this.name.value();
	}

	/**
	 * Return this name with a database.
	 * @param current the database to use where this name has none
	 * @return a name with a database
	 */
	public TableName in(DatabaseName current) {
		return (this.database != null) ? this : new TableName(current, this.name);
	}

	/**
	 * Return the name for use in a statement.
	 * @return the parts between backticks, which they cannot contain
	 */
	public String quoted() {
		return (this.database != null) ? this.database.quoted() + '.' + this.name.quoted() : this.name.quoted();
	}

	/**
	 * Return the table at a point in time for use in a query, in place of its name.
	 * @param asOf the point in time
	 * @return text that may be followed by an alias
	 */
	public String quoted(AsOf asOf) {
		return quoted() + ' ' + asOf.hint();
	}

	/**
	 * Return the table's own name for use in a statement that names the database apart.
	 * @return the name without its database, between backticks
	 */
	public String quotedName() {
		return this.name.quoted();
	}

	/**
	 * Return the table's own name as the server stores it.
	 * @return the name without its database, in lower case
	 */
	public String normalizedName() {
		return this.name.normalized();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof TableName that && Objects.equals(this.database, that.database)
				&& this.name.equals(that.name));
	}

	@Override
	public int hashCode() {
		return 31 * Objects.hashCode(this.database) + this.name.hashCode();
	}

	@Override
	public String toString() {
		return (this.database != null) ? this.database + "." + this.name : this.name.toString();
	}

	private static final class SimpleName extends Identifier {

		private SimpleName(String value) {
			super("table", value, 5000, true);
		}

	}

}
