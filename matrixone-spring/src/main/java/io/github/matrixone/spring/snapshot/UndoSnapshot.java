package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.List;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Command to drop the snapshot that a transaction has taken, and no other that somebody
 * has given its name since. The server's {@code DROP SNAPSHOT} takes no condition, so it
 * is looked up right before.
 *
 * @param name the name
 * @param takenAt when it was taken
 * @since 0.1
 */
public record UndoSnapshot(SnapshotName name, Instant takenAt) implements Command {

	@Override
	public List<SqlText> statements() {
		return drop().statements();
	}

	@Override
	public SqlText pending() {
		return SnapshotQuery.takenAt(this.name, this.takenAt);
	}

	@Override
	public String description() {
		return drop().description();
	}

	private DropSnapshot drop() {
		return new DropSnapshot(this.name, true);
	}

}
