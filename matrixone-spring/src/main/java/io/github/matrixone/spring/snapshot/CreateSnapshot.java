package io.github.matrixone.spring.snapshot;

import java.util.List;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Command to take a snapshot:
 * {@code CREATE SNAPSHOT n FOR CLUSTER | ACCOUNT [a] | DATABASE d | TABLE d t}.
 *
 * @param name the name
 * @param scope what it is to hold; a table has its database
 * @since 0.1
 */
public record CreateSnapshot(SnapshotName name, SnapshotScope scope) implements Command {

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("CREATE SNAPSHOT " + this.name.quoted() + " FOR " + this.scope.sql()));
	}

}
