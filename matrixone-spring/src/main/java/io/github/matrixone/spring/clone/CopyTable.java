package io.github.matrixone.spring.clone;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to copy a table: {@code CREATE TABLE t LIKE s} and
 * {@code INSERT INTO t SELECT * FROM s}, in a transaction.
 *
 * @param source the table to copy, with its database
 * @param target the table to make, with its database
 * @since 0.1
 */
public record CopyTable(TableName source, TableName target) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "copy-table";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CopyTable read(CommandText text) {
		return new CopyTable(text.table("source"), text.table("target"));
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("CREATE TABLE " + this.target.quoted() + " LIKE " + this.source.quoted()),
				SqlText.of("INSERT INTO " + this.target.quoted() + " SELECT * FROM " + this.source.quoted()));
	}

	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return switch (MatrixOneError.of(ex)) {
			case TABLE_EXISTS -> new CloneTargetExistsException("Table " + this.target + " already exists", sql(), ex);
			case NO_SUCH_TABLE -> noSource(ex);
			case UNKNOWN_DATABASE -> isSourceDatabase(ex) ? noSource(ex) : null;
			default -> null;
		};
	}

	@Override
	public Command undo() {
		return new DropTable(this.target);
	}

	@Override
	public String description() {
		return "clone of table " + this.source + " to " + this.target;
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND).with("source", this.source).with("target", this.target);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof CloneTargetExistsException;
	}

	private TableNotFoundException noSource(SQLException ex) {
		return TableNotFoundException.of(this.source, "to copy", sql(), ex);
	}

	private boolean isSourceDatabase(SQLException ex) {
		String database = Objects.requireNonNull(this.source.database()).normalized();
		return ex.getMessage() != null && ex.getMessage().toLowerCase(Locale.ROOT).endsWith(' ' + database);
	}

	private String sql() {
		return statements().get(0).sql();
	}

}
