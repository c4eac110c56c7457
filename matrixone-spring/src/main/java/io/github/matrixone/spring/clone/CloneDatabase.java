package io.github.matrixone.spring.clone;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Command to clone a database:
 * <code>CREATE DATABASE t CLONE s [{hint}] [TO ACCOUNT a]</code>. The source is looked up
 * first, because the server makes an empty database of a missing one.
 *
 * @param source the database to clone
 * @param target the database to make
 * @param asOf the point in time, or {@code null} for now
 * @param account the account to make it in, or {@code null} for the user's own
 * @since 0.1
 */
public record CloneDatabase(DatabaseName source, DatabaseName target, @Nullable AsOf asOf,
		@Nullable AccountName account) implements JournaledCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "clone-database";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CloneDatabase read(CommandText text) {
		return new CloneDatabase(text.database("source"), text.database("target"), text.asOf(), text.account());
	}

	/**
	 * When a snapshot was taken, and the account that the source belongs to: that of a
	 * snapshot of an account, else the user's own. Servers newer than 4.2 refuse to read
	 * their catalog at the snapshot of a database.
	 */
	private static final String SNAPSHOT = """
			SELECT ts, CASE WHEN level = 'account' THEN obj_id ELSE current_account_id() END AS account_id
			FROM mo_catalog.mo_snapshots WHERE sname = ?""";

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("CREATE DATABASE " + this.target.quoted() + " CLONE " + this.source.quoted() + hint()
				+ ((this.account != null) ? " TO ACCOUNT " + this.account.quoted() : "")));
	}

	@Override
	public List<Precondition> preconditions() {
		SnapshotName snapshot = (this.asOf != null) ? this.asOf.snapshot() : null;
		return List.of((snapshot != null)
				? Precondition.exists(SqlText.of(SNAPSHOT, snapshot.normalized()), this::lookUpAt, this::notFound)
				: Precondition.exists(SqlText.of(
						"SELECT 1 FROM mo_catalog.mo_database" + hint()
								+ " WHERE lower(datname) = ? AND account_id = current_account_id()",
						this.source.normalized()), this::notFound));
	}

	private SqlText lookUpAt(Rows snapshot) {
		return SqlText.of(
				"SELECT 1 FROM mo_catalog.mo_database {MO_TS = " + number(snapshot, "ts")
						+ "} WHERE lower(datname) = ? AND account_id = ?",
				this.source.normalized(), number(snapshot, "account_id"));
	}

	private static long number(Rows snapshot, String column) {
		return Long.parseLong(Objects.requireNonNull(snapshot.get(0, column)));
	}

	private DatabaseNotFoundException notFound() {
		return new DatabaseNotFoundException(
				"There is no database " + this.source + ((this.asOf != null) ? " at " + this.asOf : "") + " to clone");
	}

	/**
	 * What is in another account cannot be dropped from this one, which may have a
	 * database of that name.
	 */
	@Override
	public @Nullable Command undo() {
		return (this.account == null) ? new DropDatabase(this.target) : null;
	}

	@Override
	public String description() {
		return "clone of database " + this.source + " to " + this.target;
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND)
			.with("source", this.source)
			.with("target", this.target)
			.with(this.account)
			.with(this.asOf);
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof CloneTargetExistsException;
	}

	private String hint() {
		return (this.asOf != null) ? " " + this.asOf.hint() : "";
	}

}
