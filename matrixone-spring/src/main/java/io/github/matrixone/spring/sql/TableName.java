package io.github.matrixone.spring.sql;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Name of a table, with or without the database that holds it. Without one the
 * connection's current database is meant. Any text without quotes, backslashes and
 * control characters, at most 5,000 characters long, as on the server; it is always sent
 * quoted.
 *
 * @since 0.1
 */
public final class TableName {

	private static final String PART = "(`[^`]+`|[^`.]+)";

	private static final Pattern QUALIFIED = Pattern.compile("(?:" + PART + "\\.)?" + PART);

	private final @Nullable DatabaseName database;

	private final SimpleName name;

	private TableName(@Nullable DatabaseName database, SimpleName name) {
		this.database = database;
		this.name = name;
	}

	/**
	 * Create the name of a table of the current database.
	 * @param name the table's name, not quoted; a dot in it is part of the name, unlike
	 * with {@link #parse}
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
	 * @throws IllegalArgumentException if a name is empty, too long or contains a
	 * character that is not allowed
	 */
	public static TableName of(String database, String name) {
		return of(DatabaseName.of(database), name);
	}

	/**
	 * Create the name of a table of a database.
	 * @param database the database
	 * @param name the table's name, not quoted
	 * @return the name
	 * @throws IllegalArgumentException if a name is empty, too long or contains a
	 * character that is not allowed
	 */
	public static TableName of(DatabaseName database, String name) {
		Assert.notNull(database, "The database must not be null");
		return new TableName(database, new SimpleName(name));
	}

	/**
	 * Parse the name of a table as SQL has it: {@code orders} is a table of the current
	 * database, {@code shop.orders} one of another. A part that has a dot in it is
	 * written between backticks: <code>`my.shop`.`orders.2026`</code>.
	 * @param name the table's name, after its database and a dot, or alone
	 * @return the name
	 * @throws IllegalArgumentException if there are more than two parts, if a backtick is
	 * not closed, or if a part is empty, too long or contains a character that is not
	 * allowed
	 */
	public static TableName parse(String name) {
		Assert.hasText(name, "The name of a table must not be empty or blank");
		Matcher matcher = QUALIFIED.matcher(name);
		Assert.isTrue(matcher.matches(),
				() -> "The name of a table must be one name, or that of a database and that of a table with a dot between "
						+ "them, each between backticks if it contains a dot itself: '" + Identifier.shorten(name)
						+ "'");
		String database = matcher.group(1);
		String table = unquoted(matcher.group(2));
		return (database != null) ? of(unquoted(database), table) : of(table);
	}

	private static String unquoted(String part) {
		return part.startsWith("`") ? part.substring(1, part.length() - 1) : part;
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
	 * Qualify this name by a database, unless it has one.
	 * @param current the database to use where this name has none
	 * @return a name with a database
	 */
	public TableName qualifiedBy(DatabaseName current) {
		Assert.notNull(current, "The database must not be null");
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
