package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Command to drop a snapshot: {@code DROP SNAPSHOT [IF EXISTS] n}.
 *
 * @param name the name
 * @param ifExists whether a missing snapshot is no error
 * @param takenAt when the snapshot was taken that is meant, where that is known
 * @since 0.1
 */
public record DropSnapshot(SnapshotName name, boolean ifExists, @Nullable Instant takenAt) implements Command {

	/**
	 * Create a command that drops any snapshot of a name.
	 * @param name the name
	 * @param ifExists whether a missing snapshot is no error
	 */
	public DropSnapshot(SnapshotName name, boolean ifExists) {
		this(name, ifExists, null);
	}

	/**
	 * Tell the command that drops a snapshot.
	 */
	static Predicate<Command> of(SnapshotName name) {
		return (command) -> command instanceof DropSnapshot drop && drop.name.equals(name);
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP SNAPSHOT " + (this.ifExists ? "IF EXISTS " : "") + this.name.quoted()));
	}

	@Override
	public String description() {
		return "drop of snapshot " + this.name.normalized();
	}

}
