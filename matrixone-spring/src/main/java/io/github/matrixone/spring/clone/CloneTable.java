package io.github.matrixone.spring.clone;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to clone a table:
 * <code>CREATE TABLE t CLONE s [{hint}] [COPY GRANTS] [TO ACCOUNT a]</code>.
 *
 * @param source the table to clone, with its database
 * @param target the table to make, with its database
 * @param asOf the point in time, or {@code null} for now
 * @param copyGrants whether privileges are copied
 * @param account the account to make it in, or {@code null} for the user's own
 * @since 0.1
 */
public record CloneTable(TableName source, TableName target, @Nullable AsOf asOf, boolean copyGrants,
		@Nullable AccountName account) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "clone-table";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CloneTable read(CommandText text) {
		return new CloneTable(text.table("source"), text.table("target"), text.asOf(), text.option("copy-grants"),
				text.account());
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("CREATE TABLE " + this.target.quoted() + " CLONE " + this.source.quoted()
				+ ((this.asOf != null) ? " " + this.asOf.hint() : "") + (this.copyGrants ? " COPY GRANTS" : "")
				+ ((this.account != null) ? " TO ACCOUNT " + this.account.quoted() : "")));
	}

	/**
	 * What is in another account cannot be dropped from this one, which may have a table
	 * of that name.
	 */
	@Override
	public @Nullable Command undo() {
		return (this.account == null) ? new DropTable(this.target) : null;
	}

	@Override
	public String description() {
		return "clone of table " + this.source + " to " + this.target;
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND)
			.with("source", this.source)
			.with("target", this.target)
			.with("copy-grants", this.copyGrants)
			.with(this.account)
			.with(this.asOf);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof CloneTargetExistsException;
	}

}
