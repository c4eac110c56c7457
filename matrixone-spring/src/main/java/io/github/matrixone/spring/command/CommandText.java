package io.github.matrixone.spring.command;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Properties;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A command as text: the lines of a properties file, which hold names and never SQL.
 *
 * @since 0.1
 */
public final class CommandText {

	private static final String KIND = "command";

	private final Properties properties = new Properties();

	private CommandText() {
	}

	/**
	 * Begin the text of a command.
	 * @param kind tells commands of this kind from others
	 * @return the text, to be added to
	 */
	public static CommandText of(String kind) {
		return new CommandText().with(KIND, kind);
	}

	/**
	 * Read a text.
	 * @param text what {@link #toString} has given
	 * @return the text
	 */
	public static CommandText parse(String text) {
		CommandText parsed = new CommandText();
		try {
			parsed.properties.load(new StringReader(text));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return parsed;
	}

	/**
	 * Return what kind of command this is.
	 * @return the kind
	 */
	public String kind() {
		return text(KIND);
	}

	/**
	 * Add a text.
	 * @param key names it
	 * @param value the text, or {@code null} to leave it out
	 * @return this
	 */
	public CommandText with(String key, @Nullable String value) {
		if (value != null) {
			this.properties.setProperty(key, value);
		}
		return this;
	}

	/**
	 * Add an option.
	 * @param key names it
	 * @param value the option
	 * @return this
	 */
	public CommandText with(String key, boolean value) {
		return with(key, String.valueOf(value));
	}

	/**
	 * Add an instant.
	 * @param key names it
	 * @param value the instant, or {@code null} to leave it out
	 * @return this
	 */
	public CommandText with(String key, @Nullable Instant value) {
		return with(key, (value != null) ? value.toString() : null);
	}

	/**
	 * Add a database.
	 * @param key names it
	 * @param database the database, or {@code null} to leave it out
	 * @return this
	 */
	public CommandText with(String key, @Nullable DatabaseName database) {
		return with(key + "-database", (database != null) ? database.value() : null);
	}

	/**
	 * Add a table with its database.
	 * @param key names it
	 * @param table the table, or {@code null} to leave it out
	 * @return this
	 */
	public CommandText with(String key, @Nullable TableName table) {
		return (table != null) ? with(key, table.database()).with(key + "-table", table.name()) : this;
	}

	/**
	 * Add an account.
	 * @param account the account, or {@code null} for the user's own
	 * @return this
	 */
	public CommandText with(@Nullable AccountName account) {
		return with("account", (account != null) ? account.value() : null);
	}

	/**
	 * Add a point in time.
	 * @param asOf the point, or {@code null} for now
	 * @return this
	 */
	public CommandText with(@Nullable AsOf asOf) {
		if (asOf == null) {
			return this;
		}
		SnapshotName snapshot = asOf.snapshot();
		return with("snapshot", (snapshot != null) ? snapshot.value() : null).with("instant", asOf.instant());
	}

	/**
	 * Return a text.
	 * @param key names it
	 * @return the text
	 * @throws IllegalArgumentException if there is none
	 */
	public String text(String key) {
		String value = find(key);
		Assert.notNull(value, () -> "A journal entry lacks its " + key);
		return value;
	}

	/**
	 * Return a text that may be missing.
	 * @param key names it
	 * @return the text, or {@code null}
	 */
	public @Nullable String find(String key) {
		return this.properties.getProperty(key);
	}

	/**
	 * Return an option.
	 * @param key names it
	 * @return the option
	 */
	public boolean option(String key) {
		return Boolean.parseBoolean(text(key));
	}

	/**
	 * Return an instant that may be missing.
	 * @param key names it
	 * @return the instant, or {@code null}
	 */
	public @Nullable Instant instant(String key) {
		String instant = find(key);
		return (instant != null) ? Instant.parse(instant) : null;
	}

	/**
	 * Return a database.
	 * @param key names it
	 * @return the database
	 */
	public DatabaseName database(String key) {
		return DatabaseName.of(text(key + "-database"));
	}

	/**
	 * Return a table with its database.
	 * @param key names it
	 * @return the table
	 */
	public TableName table(String key) {
		return TableName.of(database(key), text(key + "-table"));
	}

	/**
	 * Return the account.
	 * @return the account, or {@code null} for the user's own
	 */
	public @Nullable AccountName account() {
		String account = find("account");
		return (account != null) ? AccountName.of(account) : null;
	}

	/**
	 * Return the point in time.
	 * @return the point, or {@code null} for now
	 */
	public @Nullable AsOf asOf() {
		String snapshot = find("snapshot");
		Instant instant = instant("instant");
		return (snapshot != null) ? AsOf.snapshot(SnapshotName.of(snapshot))
				: (instant != null) ? AsOf.instant(instant) : null;
	}

	/**
	 * Return the lines, without the comment that says when they were written.
	 */
	@Override
	public String toString() {
		StringWriter writer = new StringWriter();
		try {
			this.properties.store(writer, null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return writer.toString()
			.lines()
			.filter((line) -> !line.startsWith("#"))
			.sorted()
			.reduce("", (lines, line) -> lines + line + '\n');
	}

}
