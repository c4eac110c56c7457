package io.github.matrixone.spring.branch;

import java.util.Map;

import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * {@link BranchNotes} without blocking, in the same table. Thread-safe.
 *
 * @since 0.1
 */
public class ReactiveBranchNotes {

	private final ReactiveCommandExecutor executor;

	private final BranchNoteTable table;

	/**
	 * Create notes in a table.
	 * @param executor runs the statements
	 * @param table the table; without a database that of the connection's current one
	 */
	public ReactiveBranchNotes(ReactiveCommandExecutor executor, TableName table) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
		this.table = new BranchNoteTable(table);
	}

	/**
	 * Write the note on the branch of a table, in place of the one that it has:
	 * {@code INSERT … ON DUPLICATE KEY UPDATE}.
	 * @param branch the table
	 * @param note the note
	 * @return completes when it is written, with a {@link BranchNotFoundException} if
	 * there is no table of that name or it is no branch, and with a
	 * {@link TableNotFoundException} if the table of the notes is missing
	 */
	public Mono<Void> write(TableName branch, BranchNote note) {
		Assert.notNull(note, "The note must not be null");
		return this.executor.qualified(branch)
			.flatMap((qualified) -> branches().map((all) -> this.table.write(all, qualified, note)))
			.flatMap(this::write)
			.onErrorStop();
	}

	/**
	 * Write the note on the branch of a database, in place of the one that it has.
	 * @param branch the database
	 * @param note the note
	 * @return completes when it is written
	 * @see #write(TableName, BranchNote)
	 */
	public Mono<Void> write(DatabaseName branch, BranchNote note) {
		Assert.notNull(branch, "The branch must not be null");
		Assert.notNull(note, "The note must not be null");
		return branches()
			.zipWhen((all) -> this.executor.query(BranchNoteTable.identity(branch)),
					(all, identity) -> this.table.write(all, identity, branch, note))
			.flatMap(this::write)
			.onErrorStop();
	}

	private Mono<Void> write(Command command) {
		return this.executor.join(command).onErrorMap(DataAccessException.class, this.table::failure).then();
	}

	/**
	 * Find the note on the branch of a table.
	 * @param branch the table
	 * @return the note, or empty if there is none, or no such branch
	 */
	public Mono<BranchNote> find(TableName branch) {
		return this.executor.qualified(branch)
			.flatMap((qualified) -> all().mapNotNull(
					(all) -> BranchNoteTable.find(all, (each) -> !each.ofDatabase() && each.table().equals(qualified))
						.orElse(null)))
			.onErrorStop();
	}

	/**
	 * Find the note on the branch of a database.
	 * @param branch the database
	 * @return the note, or empty if there is none, or no such branch
	 */
	public Mono<BranchNote> find(DatabaseName branch) {
		Assert.notNull(branch, "The branch must not be null");
		return all()
			.mapNotNull((all) -> BranchNoteTable
				.find(all, (each) -> each.ofDatabase() && branch.equals(each.table().database()))
				.orElse(null))
			.onErrorStop();
	}

	/**
	 * Return the notes on all branches that are there, of the user's account.
	 * @return the notes by branches; the one on a database is that of each of its tables.
	 * With a {@link TableNotFoundException} if the table of the notes is missing
	 */
	public Mono<Map<Branch, BranchNote>> all() {
		return this.executor.query(this.table.all())
			.onErrorMap(DataAccessException.class, this.table::failure)
			.zipWhen((notes) -> branches(), this.table::read)
			.onErrorStop();
	}

	private Mono<Rows> branches() {
		return this.executor.query(BranchQuery.ALL);
	}

}
