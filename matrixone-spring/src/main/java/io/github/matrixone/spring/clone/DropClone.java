package io.github.matrixone.spring.clone;

import java.util.List;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to take away a clone whose creation was cancelled: {@code DROP TABLE d.t} or
 * {@code DROP DATABASE d}.
 *
 * @param what what to drop, quoted
 * @since 0.1
 */
record DropClone(String what) implements Command {

	static DropClone of(TableName table) {
		return new DropClone("TABLE " + table.quoted());
	}

	static DropClone of(DatabaseName database) {
		return new DropClone("DATABASE " + database.quoted());
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("DROP " + this.what));
	}

}
