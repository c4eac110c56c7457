package io.github.matrixone.spring.past;

import java.util.List;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Command to drop a copy of the past: {@code DROP DATABASE IF EXISTS copy}.
 *
 * @param copy the copy
 * @since 0.1
 */
public record DropPast(DatabaseName copy) implements Command {

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP DATABASE IF EXISTS " + this.copy.quoted()));
	}

	@Override
	public String description() {
		return "drop of " + this.copy;
	}

}
