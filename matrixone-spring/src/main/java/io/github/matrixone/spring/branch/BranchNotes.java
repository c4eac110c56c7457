package io.github.matrixone.spring.branch;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Notes on branches: whose each is, what it is for and until when it is to be kept. The
 * server keeps none, so they are rows of a table of the application's, which the script
 * {@value #SCHEMA} creates. They are read and written as part of the current transaction:
 * the note on a branch that a rollback deletes again is gone with it. Thread-safe.
 *
 * <pre class="code">
 * branches.createDatabase(shop, review);
 * notes.write(review, BranchNote.of("ada", "prices of spring").keepUntil(endOfMarch));
 * </pre>
 *
 * @since 0.1
 * @see BranchRetention#BranchRetention(BranchOperations, java.util.Collection,
 * java.time.Clock, BranchNotes)
 */
public class BranchNotes {

	/**
	 * Name of the table in the script.
	 */
	public static final String DEFAULT_TABLE = "matrixone_branch_note";

	/**
	 * Where the script that creates the table is on the class path.
	 */
	public static final String SCHEMA = "io/github/matrixone/spring/branch/schema.sql";

	private final CommandExecutor executor;

	private final BranchNoteTable table;

	/**
	 * Create notes in a table.
	 * @param executor runs the statements
	 * @param table the table; without a database that of the connection's current one
	 */
	public BranchNotes(CommandExecutor executor, TableName table) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.table = new BranchNoteTable(table);
	}

	/**
	 * Write the note on the branch of a table, in place of the one that it has:
	 * {@code INSERT … ON DUPLICATE KEY UPDATE}.
	 * @param branch the table
	 * @param note the note
	 * @throws BranchNotFoundException if there is no table of that name, or it is no
	 * branch
	 * @throws TableNotFoundException if the table of the notes is missing
	 */
	public void write(TableName branch, BranchNote note) {
		Assert.notNull(note, "The note must not be null");
		TableName qualified = this.executor.qualified(branch);
		write(this.table.write(branches(), qualified, note));
	}

	/**
	 * Write the note on the branch of a database, in place of the one that it has.
	 * @param branch the database
	 * @param note the note
	 * @throws BranchNotFoundException if there is no database of that name, or it is no
	 * branch
	 * @see #write(TableName, BranchNote)
	 */
	public void write(DatabaseName branch, BranchNote note) {
		Assert.notNull(branch, "The branch must not be null");
		Assert.notNull(note, "The note must not be null");
		write(this.table.write(branches(), this.executor.query(BranchNoteTable.identity(branch)), branch, note));
	}

	private void write(Command command) {
		ofTable(() -> this.executor.join(command));
	}

	/**
	 * Find the note on the branch of a table.
	 * @param branch the table
	 * @return the note, or empty if there is none, or no such branch
	 */
	public Optional<BranchNote> find(TableName branch) {
		TableName qualified = this.executor.qualified(branch);
		return BranchNoteTable.find(all(), (each) -> !each.ofDatabase() && each.table().equals(qualified));
	}

	/**
	 * Find the note on the branch of a database.
	 * @param branch the database
	 * @return the note, or empty if there is none, or no such branch
	 */
	public Optional<BranchNote> find(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		return BranchNoteTable.find(all(), (each) -> each.ofDatabase() && branch.equals(each.table().database()));
	}

	/**
	 * Return the notes on all branches that are there, of the user's account.
	 * @return the notes by branches; the one on a database is that of each of its tables
	 * @throws TableNotFoundException if the table of the notes is missing
	 */
	public Map<Branch, BranchNote> all() {
		Rows notes = ofTable(() -> this.executor.query(this.table.all()));
		return this.table.read(notes, branches());
	}

	private Rows branches() {
		this.executor.backend().requireBranches();
		return this.executor.query(BranchQuery.ALL);
	}

	private <T> T ofTable(Supplier<T> work) {
		try {
			return work.get();
		}
		catch (DataAccessException ex) {
			throw this.table.failure(ex);
		}
	}

}
