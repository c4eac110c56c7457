package io.github.matrixone.spring.clone;

import java.util.List;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.Precondition;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to copy a table: {@code CREATE TABLE t LIKE s} and
 * {@code INSERT INTO t SELECT * FROM s}.
 *
 * @param source the table to copy, with its database
 * @param target the table to make, with its database
 * @since 0.1
 */
public record CopyTable(TableName source, TableName target) implements Command {

	@Override
	public List<Precondition> preconditions() {
		return List.of(
				Precondition.exists(SqlText.lookUp(this.source),
						() -> new TableNotFoundException("There is no table " + this.source + " to copy", null, null)),
				Precondition.absent(SqlText.lookUp(this.target), () -> CloneTargetExistsException.of(this.target)));
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("CREATE TABLE " + this.target.quoted() + " LIKE " + this.source.quoted()),
				SqlText.of("INSERT INTO " + this.target.quoted() + " SELECT * FROM " + this.source.quoted()));
	}

	@Override
	public DropClone undo() {
		return DropClone.of(this.target);
	}

	@Override
	public String description() {
		return "clone of table " + this.source + " to " + this.target;
	}

}
