package io.github.matrixone.spring.branch;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The table of the notes on branches, which is that of the script
 * {@value BranchNotes#SCHEMA}. A note belongs to the identity that the server gave the
 * branch when it was made: an {@code ALTER TABLE} changes that of a table, and is
 * followed. Who makes another branch of the same name finds no note.
 *
 * @param name the name of the table
 */
record BranchNoteTable(TableName name) {

	private static final String DATABASE = "database";

	private static final String TABLE = "table";

	BranchNoteTable {
		Assert.notNull(name, "The table must not be null");
	}

	/**
	 * Return a query for all notes, with the names of the databases that they are of.
	 */
	SqlText all() {
		return SqlText.of("SELECT n.kind, n.branch_id, n.owner, n.note, n.keep_until, d.datname FROM "
				+ this.name.quoted() + " n LEFT JOIN mo_catalog.mo_database d ON n.kind = ? AND d.dat_id = n.branch_id"
				+ " AND d.account_id = current_account_id()", DATABASE);
	}

	/**
	 * Read the answer to {@link #all}.
	 * @param rows the answer
	 * @param branches the answer to {@link BranchQuery#ALL}
	 * @return the notes by branches; those of a database are of each of its tables
	 */
	Map<Branch, BranchNote> read(Rows rows, Rows branches) {
		Map<String, BranchNote> notes = new HashMap<>();
		for (int row = 0; row < rows.values().size(); row++) {
			boolean ofDatabase = DATABASE.equals(rows.get(row, "kind"));
			String key = rows.get(row, ofDatabase ? "datname" : "branch_id");
			if (key != null) {
				notes.put(key(ofDatabase, key), note(rows, row));
			}
		}
		Map<Branch, BranchNote> noted = new LinkedHashMap<>();
		BranchQuery.byFirstId(branches).forEach((id, branch) -> {
			BranchNote note = notes.get(branch.ofDatabase()
					? key(true, Objects.requireNonNull(branch.table().database()).normalized()) : key(false, id));
			if (note != null) {
				noted.put(branch, note);
			}
		});
		return noted;
	}

	/**
	 * Find the note on a branch among all of them.
	 */
	static Optional<BranchNote> find(Map<Branch, BranchNote> all, Predicate<Branch> branch) {
		return all.entrySet()
			.stream()
			.filter((each) -> branch.test(each.getKey()))
			.map(Map.Entry::getValue)
			.findFirst();
	}

	private static BranchNote note(Rows rows, int row) {
		BranchNote note = BranchNote.of(Objects.requireNonNull(rows.get(row, "owner")),
				Objects.requireNonNull(rows.get(row, "note")));
		String keepUntil = rows.get(row, "keep_until");
		return (keepUntil != null) ? note.keepUntil(Instant.EPOCH.plus(Long.parseLong(keepUntil), ChronoUnit.MICROS))
				: note;
	}

	private static String key(boolean ofDatabase, String id) {
		return (ofDatabase ? DATABASE : TABLE) + ' ' + id;
	}

	/**
	 * Return the command that writes the note of a table.
	 * @param branches the answer to {@link BranchQuery#ALL}
	 * @param table the branch, with its database
	 */
	Command write(Rows branches, TableName table, BranchNote note) {
		return BranchQuery.byFirstId(branches)
			.entrySet()
			.stream()
			.filter((branch) -> branch.getValue().table().equals(table))
			.findFirst()
			.map((branch) -> write(TABLE, branch.getKey(), table.toString(), note))
			.orElseThrow(() -> BranchRules.notFound(table));
	}

	/**
	 * Return a query for the identity of a database.
	 */
	static SqlText identity(DatabaseName database) {
		return SqlText.of(
				"SELECT dat_id FROM mo_catalog.mo_database WHERE datname = ? AND account_id = current_account_id()",
				database.normalized());
	}

	/**
	 * Return the command that writes the note of a database.
	 * @param branches the answer to {@link BranchQuery#ALL}
	 * @param identity the answer to {@link #identity}
	 */
	Command write(Rows branches, Rows identity, DatabaseName database, BranchNote note) {
		if (BranchQuery.of(BranchQuery.read(branches), database).isEmpty()) {
			throw BranchRules.notFound(database);
		}
		String id = identity.first().orElseThrow(() -> BranchRules.notFound(database));
		return write(DATABASE, id, database.toString(), note);
	}

	private Command write(String kind, String id, String branch, BranchNote note) {
		List<Object> values = new ArrayList<>(List.of(kind, id, branch, note.owner(), note.text()));
		Instant keepUntil = note.keepUntil();
		if (keepUntil != null) {
			values.add(TimeUnit.SECONDS.toMicros(keepUntil.getEpochSecond())
					+ TimeUnit.NANOSECONDS.toMicros(keepUntil.getNano()));
		}
		return new Write(SqlText.of(
				"INSERT INTO " + this.name.quoted()
						+ " (kind, branch_id, branch, owner, note, keep_until) VALUES (?, ?, ?, ?, ?, "
						+ ((keepUntil != null) ? "?" : "NULL") + ") ON DUPLICATE KEY UPDATE branch = VALUES(branch), "
						+ "owner = VALUES(owner), note = VALUES(note), keep_until = VALUES(keep_until)",
				values.toArray()), branch);
	}

	/**
	 * Say what an error means where the table is not there.
	 */
	DataAccessException failure(DataAccessException ex) {
		return isMissing(ex)
				? new TableNotFoundException("There is no table " + this.name + " for the notes on branches. "
						+ "Create it with the script " + BranchNotes.SCHEMA + " of the class path", null, ex)
				: ex;
	}

	private static boolean isMissing(DataAccessException ex) {
		if (!(ex.getCause() instanceof SQLException cause)) {
			return false;
		}
		MatrixOneError error = MatrixOneError.of(cause);
		return error == MatrixOneError.UNKNOWN_TABLE || error == MatrixOneError.NO_SUCH_TABLE;
	}

	/**
	 * Command to write a note.
	 */
	private record Write(SqlText statement, String branch) implements Command {

		@Override
		public List<SqlText> statements() {
			return List.of(this.statement);
		}

		@Override
		public String description() {
			return "note on branch " + this.branch;
		}

	}

}
