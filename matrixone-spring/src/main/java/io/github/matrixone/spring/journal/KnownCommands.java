package io.github.matrixone.spring.journal;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.CopyTable;
import io.github.matrixone.spring.clone.DropDatabase;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A command as text: the lines of a properties file, which hold names and never SQL.
 */
final class JournaledCommand {

	private static final String COMMAND = "command";

	private final Properties properties;

	private JournaledCommand(Properties properties) {
		this.properties = properties;
	}

	static String write(Command command) {
		JournaledCommand text = new JournaledCommand(new Properties());
		if (command instanceof CreateSnapshot create) {
			text.put(COMMAND, "create-snapshot");
			text.put("name", create.name().value());
			text.put("level", create.scope().level().name());
			text.put("account", (create.scope().accountName() != null) ? create.scope().accountName().value() : null);
			text.put("source", create.scope().databaseName(), create.scope().tableName());
		}
		else if (command instanceof DropSnapshot drop) {
			text.put(COMMAND, "drop-snapshot");
			text.put("name", drop.name().value());
			text.put("if-exists", String.valueOf(drop.ifExists()));
			text.put("taken-at", (drop.takenAt() != null) ? drop.takenAt().toString() : null);
		}
		else if (command instanceof CloneTable clone) {
			text.put(COMMAND, "clone-table");
			text.put("source", clone.source().database(), clone.source());
			text.put("target", clone.target().database(), clone.target());
			text.put("copy-grants", String.valueOf(clone.copyGrants()));
			text.put("account", (clone.account() != null) ? clone.account().value() : null);
			text.put(clone.asOf());
		}
		else if (command instanceof CopyTable copy) {
			text.put(COMMAND, "copy-table");
			text.put("source", copy.source().database(), copy.source());
			text.put("target", copy.target().database(), copy.target());
		}
		else if (command instanceof CloneDatabase clone) {
			text.put(COMMAND, "clone-database");
			text.put("source", clone.source(), null);
			text.put("target", clone.target(), null);
			text.put("account", (clone.account() != null) ? clone.account().value() : null);
			text.put(clone.asOf());
		}
		else if (command instanceof DropTable drop) {
			text.put(COMMAND, "drop-table");
			text.put("target", drop.table().database(), drop.table());
			text.put("if-exists", String.valueOf(drop.ifExists()));
			text.put("id", drop.id());
		}
		else if (command instanceof DropDatabase drop) {
			text.put(COMMAND, "drop-database");
			text.put("target", drop.database(), null);
			text.put("if-exists", String.valueOf(drop.ifExists()));
			text.put("id", drop.id());
		}
		else {
			throw new IllegalArgumentException("The journal cannot keep: " + command.description());
		}
		return text.text();
	}

	static Command read(String text) {
		JournaledCommand journaled = new JournaledCommand(new Properties());
		try {
			journaled.properties.load(new StringReader(text));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return journaled.command();
	}

	private Command command() {
		String command = required(COMMAND);
		return switch (command) {
			case "create-snapshot" -> new CreateSnapshot(SnapshotName.of(required("name")), scope());
			case "drop-snapshot" -> new DropSnapshot(SnapshotName.of(required("name")),
					Boolean.parseBoolean(required("if-exists")), instant("taken-at"));
			case "clone-table" -> new CloneTable(table("source"), table("target"), asOf(),
					Boolean.parseBoolean(required("copy-grants")), account());
			case "copy-table" -> new CopyTable(table("source"), table("target"));
			case "clone-database" -> new CloneDatabase(database("source"), database("target"), asOf(), account());
			case "drop-table" -> new DropTable(table("target"), Boolean.parseBoolean(required("if-exists")),
					this.properties.getProperty("id"));
			case "drop-database" -> new DropDatabase(database("target"), Boolean.parseBoolean(required("if-exists")),
					this.properties.getProperty("id"));
			default -> throw new IllegalArgumentException("A journal entry of this version has no command " + command);
		};
	}

	private SnapshotScope scope() {
		AccountName account = account();
		return switch (SnapshotLevel.valueOf(required("level"))) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> (account != null) ? SnapshotScope.account(account) : SnapshotScope.account();
			case DATABASE -> SnapshotScope.database(database("source"));
			case TABLE -> SnapshotScope.table(table("source"));
		};
	}

	private @Nullable AsOf asOf() {
		String snapshot = this.properties.getProperty("snapshot");
		Instant instant = instant("instant");
		return (snapshot != null) ? AsOf.snapshot(SnapshotName.of(snapshot))
				: (instant != null) ? AsOf.instant(instant) : null;
	}

	private @Nullable AccountName account() {
		String account = this.properties.getProperty("account");
		return (account != null) ? AccountName.of(account) : null;
	}

	private TableName table(String key) {
		return TableName.of(database(key), required(key + "-table"));
	}

	private DatabaseName database(String key) {
		return DatabaseName.of(required(key + "-database"));
	}

	private @Nullable Instant instant(String key) {
		String instant = this.properties.getProperty(key);
		return (instant != null) ? Instant.parse(instant) : null;
	}

	private String required(String key) {
		String value = this.properties.getProperty(key);
		if (value == null) {
			throw new IllegalArgumentException("A journal entry lacks its " + key);
		}
		return value;
	}

	private void put(@Nullable AsOf asOf) {
		if (asOf != null) {
			put("snapshot", (asOf.snapshot() != null) ? asOf.snapshot().value() : null);
			put("instant", (asOf.instant() != null) ? asOf.instant().toString() : null);
		}
	}

	private void put(String key, @Nullable DatabaseName database, @Nullable TableName table) {
		put(key + "-database", (database != null) ? database.value() : null);
		put(key + "-table", (table != null) ? table.name() : null);
	}

	private void put(String key, @Nullable String value) {
		if (value != null) {
			this.properties.setProperty(key, value);
		}
	}

	/**
	 * Return the lines without the comment that says when they were written.
	 */
	private String text() {
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
