package io.github.matrixone.spring.snapshot;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandText;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.MatrixOneError;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.TransactionHistory;

/**
 * Command to take a snapshot:
 * {@code CREATE SNAPSHOT n FOR CLUSTER | ACCOUNT [a] | DATABASE d | TABLE d t}.
 *
 * @param name the name
 * @param scope what it is to hold; a table has its database
 * @since 0.1
 */
public record CreateSnapshot(SnapshotName name, SnapshotScope scope) implements UndoableCommand {

	/**
	 * What the journal calls this command.
	 */
	public static final String KIND = "create-snapshot";

	/**
	 * Read the command from a journal.
	 * @param text what {@link #text} has given
	 * @return the command
	 */
	public static CreateSnapshot read(CommandText text) {
		AccountName account = text.account();
		SnapshotScope scope = switch (SnapshotLevel.valueOf(text.text("level"))) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> (account != null) ? SnapshotScope.account(account) : SnapshotScope.account();
			case DATABASE -> SnapshotScope.database(text.database("source"));
			case TABLE -> SnapshotScope.table(text.table("source"));
		};
		return new CreateSnapshot(SnapshotName.of(text.text("name")), scope);
	}

	/**
	 * Tell the command that takes a snapshot.
	 */
	static Predicate<Command> of(SnapshotName name) {
		return (command) -> command instanceof CreateSnapshot create && create.name.equals(name);
	}

	@Override
	public List<SqlText> statements() {
		return List.of(SqlText.of("CREATE SNAPSHOT " + this.name.quoted() + " FOR " + this.scope.sql()));
	}

	/**
	 * Refuse the snapshot in a transaction whose writes it could not hold.
	 * @param activity what the transaction has done
	 * @param options how the snapshot is taken
	 * @throws UncommittedChangesException if the transaction has written
	 */
	void requireNothingWritten(TransactionHistory activity, SnapshotOptions options) {
		if (activity.hasWritten() && !options.isCommittedDataOnly()) {
			throw new UncommittedChangesException("Snapshot " + this.name
					+ " is refused: this transaction has written, and a "
					+ "snapshot taken now could not hold these writes. Either take it before the first write, or after "
					+ "the commit (createAfterCommit), or say that it is meant to hold committed data only "
					+ "(SnapshotOptions.committedDataOnly)");
		}
	}

	/**
	 * Make the exception for a snapshot whose name the transaction is still to give.
	 * @return the exception
	 */
	SnapshotAlreadyExistsException awaited() {
		return new SnapshotAlreadyExistsException("Snapshot " + this.name + " already waits to be taken after the "
				+ "commit of this transaction (createAfterCommit): a name can be given once only", null, null);
	}

	@Override
	public List<Precondition> preconditions() {
		return (this.scope instanceof SnapshotScope.Table table) ? List.of(Precondition.isNoView(table.tableName()))
				: List.of();
	}

	@Override
	public SnapshotAlreadyExistsException alreadyExists() {
		return alreadyExists(null);
	}

	private SnapshotAlreadyExistsException alreadyExists(@Nullable SQLException cause) {
		return SnapshotAlreadyExistsException.of(this.name, (cause != null) ? statements().get(0).sql() : null, cause);
	}

	/**
	 * Of two that take a snapshot of one name at the same time the server tells the later
	 * one of a duplicate key.
	 */
	@Override
	public @Nullable DataAccessException failure(SQLException ex) {
		return (MatrixOneError.of(ex) == MatrixOneError.DUPLICATE_ENTRY) ? alreadyExists(ex) : null;
	}

	/**
	 * Of several that take snapshots at the same time, of whatever, the server refuses
	 * all but one at times (no issue known), mostly those of the first moment after it
	 * was started. It has rolled back then.
	 */
	@Override
	public @Nullable Precondition sentAgainIf(SQLException ex) {
		return (MatrixOneError.of(ex) == MatrixOneError.RETRY) ? Precondition.absent(lookUp(), () -> alreadyExists(ex))
				: null;
	}

	@Override
	public SnapshotAlreadyExistsException isBeingMade(DataAccessException ex) {
		return new SnapshotAlreadyExistsException("Snapshot " + this.name + " is that of another transaction which has "
				+ "not ended, or of a process that has died. In the latter case it is removed by the journal's recovery",
				null, ex);
	}

	/**
	 * Make the exception for a snapshot that was taken and whose look-up then failed: it
	 * must not look as if the snapshot had not been taken.
	 * @param name its name
	 * @param ex why the look-up failed
	 * @return the exception
	 */
	static CommitOutcomeUnknownException lookUpFailed(SnapshotName name, DataAccessException ex) {
		return new CommitOutcomeUnknownException(
				"Snapshot " + name + " was taken, but could not be looked up then: " + ex.getMessage(), null, ex);
	}

	/**
	 * Drop whatever has the name: what was taken is not known yet.
	 */
	@Override
	public DropSnapshot undo() {
		return new DropSnapshot(this.name, true);
	}

	/**
	 * Return the command that drops the snapshot that was taken, and no other.
	 * @param taken the snapshot
	 * @return the command
	 */
	UndoSnapshot undo(Snapshot taken) {
		return new UndoSnapshot(this.name, taken.createdAt());
	}

	@Override
	public String description() {
		return "snapshot " + this.name.normalized();
	}

	@Override
	public CommandText text() {
		return CommandText.of(KIND)
			.with("name", this.name.value())
			.with("level", this.scope.level().name())
			.with(this.scope.accountName())
			.with("source", this.scope.databaseName())
			.with("source", this.scope.tableName());
	}

	@Override
	public boolean isDoneBefore(DataAccessException ex) {
		return ex instanceof SnapshotAlreadyExistsException;
	}

	@Override
	public String key() {
		return description();
	}

	@Override
	public SqlText lookUp() {
		return SnapshotQuery.byName(this.name).statement();
	}

	@Override
	public Optional<Made> made(Rows answer) {
		return SnapshotQuery.byName(this.name).read(answer).stream().findFirst().map(this::made);
	}

	private Made made(Snapshot snapshot) {
		boolean alike = snapshot.level() == this.scope.level()
				&& Objects.equals(snapshot.database(), this.scope.databaseName())
				&& Objects.equals(snapshot.table(), this.scope.tableName());
		return new Made(snapshot.createdAt(), alike,
				"one of " + snapshot.level() + ", taken at " + snapshot.createdAt(), undo(snapshot));
	}

	@Override
	public SnapshotNotFoundException takenAway(String message) {
		return new SnapshotNotFoundException(message);
	}

}
