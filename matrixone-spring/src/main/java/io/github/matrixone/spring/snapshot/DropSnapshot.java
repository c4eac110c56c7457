package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Command to drop a snapshot: {@code DROP SNAPSHOT [IF EXISTS] n}.
 *
 * @param name the name
 * @param ifExists whether a missing snapshot is no error
 * @param takenAt when the snapshot was taken that is meant, where that is known
 * @since 0.1
 */
public record DropSnapshot(SnapshotName name, boolean ifExists, @Nullable Instant takenAt) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "drop-snapshot";

	/**
	 * Create a command that drops any snapshot of a name.
	 * @param name the name
	 * @param ifExists whether a missing snapshot is no error
	 */
	public DropSnapshot(SnapshotName name, boolean ifExists) {
		this(name, ifExists, null);
	}

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static DropSnapshot read(CommandText text) {
		return new DropSnapshot(SnapshotName.of(text.text("name")), text.option("if-exists"), text.instant("taken-at"));
	}

	/**
	 * Tell the command that drops a snapshot.
	 */
	static Predicate<Command> of(SnapshotName name) {
		return (command) -> command instanceof DropSnapshot drop && drop.name.equals(name);
	}

	/**
	 * Make the exception for a snapshot that cannot be taken now because the transaction
	 * is still to drop one of that name.
	 */
	static NotAllowedInTransactionException awaited(SnapshotName name) {
		return new NotAllowedInTransactionException("Snapshot " + name + " cannot be taken now: the drop of this name "
				+ "waits for the commit of this transaction and would take the new snapshot away. Use createAfterCommit, "
				+ "which follows the drop");
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP SNAPSHOT " + (this.ifExists ? "IF EXISTS " : "") + this.name.quoted()));
	}

	@Override
	public String description() {
		return "drop of snapshot " + this.name.normalized();
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND)
			.with("name", this.name.value())
			.with("if-exists", this.ifExists)
			.with("taken-at", this.takenAt);
	}

	@Override
	public SqlText stillDue() {
		return SnapshotQuery.takenAt(this.name, this.takenAt);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof SnapshotNotFoundException;
	}

}
