package io.github.matrixone.spring.pitr;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.PitrAlreadyExistsException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to create a PITR:
 * {@code CREATE PITR n FOR CLUSTER | ACCOUNT [a] | DATABASE d | TABLE d t RANGE v 'u'}.
 *
 * @param name the name
 * @param scope what it is to hold; a table has its database
 * @param range how far back it is to reach
 * @since 0.1
 */
public record CreatePitr(PitrName name, SnapshotScope scope, PitrRange range) implements JournaledCommand {

	private static final String REPLACED = "SELECT 1 FROM mo_catalog.mo_tables WHERE account_id = current_account_id() "
			+ "AND reldatabase = ? AND relname = ? AND rel_id <> rel_logical_id";

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "create-pitr";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CreatePitr read(CommandText text) {
		AccountName account = text.account();
		SnapshotScope scope = switch (SnapshotLevel.valueOf(text.text("level"))) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> (account != null) ? SnapshotScope.account(account) : SnapshotScope.account();
			case DATABASE -> SnapshotScope.database(text.database("source"));
			case TABLE -> SnapshotScope.table(text.table("source"));
		};
		return new CreatePitr(PitrName.of(text.text("name")), scope, AlterPitr.readRange(text));
	}

	/**
	 * Tell the command that creates a PITR.
	 */
	static Predicate<Command> of(PitrName name) {
		return (command) -> command instanceof CreatePitr create && create.name.equals(name);
	}

	@Override
	public List<SqlText> statements() {
		return List
			.of(SqlText.of("CREATE PITR " + this.name.quoted() + " FOR " + this.scope.sql() + ' ' + this.range.sql()));
	}

	/**
	 * The server would note the id that a table had before it was altered or truncated,
	 * and keep nothing of what it is now.
	 */
	@Override
	public List<Precondition> preconditions() {
		Precondition free = Precondition.absent(PitrQuery.createdAt(this.name, null), this::alreadyExists);
		TableName table = this.scope.tableName();
		return (table != null) ? List.of(free, Precondition.absent(SqlText.of(REPLACED, Objects.requireNonNull(table
			.database()).normalized(), table.normalizedName()), () -> new UnsupportedByServerException("PITR "
					+ this.name + " of table " + table
					+ " is refused: the table was altered or truncated since it was made, and the server would keep "
					+ "nothing of what it is now. Create a PITR of its database or account")))
				: List.of(free);
	}

	/**
	 * Make the exception for a PITR of this name that is there.
	 */
	PitrAlreadyExistsException alreadyExists() {
		return new PitrAlreadyExistsException("PITR " + this.name + " already exists");
	}

	/**
	 * Of two that create a PITR of one name at the same time the server tells the later
	 * one of a duplicate key.
	 */
	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (MatrixOneError.of(ex) == MatrixOneError.DUPLICATE_ENTRY)
				? new PitrAlreadyExistsException("PITR " + this.name + " already exists", statements().get(0).sql(), ex)
				: null;
	}

	@Override
	public String description() {
		return "PITR " + this.name.normalized();
	}

	@Override
	public CommandText text() {
		return AlterPitr.write(CommandText.of(KIND)
			.with("name", this.name.value())
			.with("level", this.scope.level().name())
			.with(this.scope.accountName())
			.with("source", this.scope.databaseName())
			.with("source", this.scope.tableName()), this.range);
	}

	/**
	 * Another PITR of the same database, for example, does not tell that this one was
	 * created.
	 */
	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof PitrAlreadyExistsException && !(ex.getCause() instanceof SQLException cause
				&& MatrixOneError.of(cause) == MatrixOneError.HAS_PITR);
	}

}
