package io.github.matrixone.spring.snapshot;

import java.util.List;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Command to drop a snapshot: {@code DROP SNAPSHOT [IF EXISTS] n}.
 *
 * @param name the name
 * @param ifExists whether a missing snapshot is no error
 * @since 0.1
 */
public record DropSnapshot(SnapshotName name, boolean ifExists) implements Command {

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP SNAPSHOT " + (this.ifExists ? "IF EXISTS " : "") + this.name.quoted()));
	}

	@Override
	public String description() {
		return "drop of snapshot " + this.name.normalized();
	}

}
