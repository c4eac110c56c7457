package io.github.matrixone.spring.pitr;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Command to restore to an instant: {@code RESTORE FROM PITR n 'time'}, with
 * {@code ACCOUNT a}, {@code DATABASE d} or {@code DATABASE d TABLE t} before
 * {@code FROM}.
 *
 * @param scope what to restore; a table has its database
 * @param pitr the PITR
 * @param time the instant, in the words of the server
 */
record RestorePitr(SnapshotScope scope, PitrName pitr, ServerLocalTime time) implements Command {

	/**
	 * Make the exception for a restore in a transaction.
	 */
	static NotAllowedInTransactionException refusedInTransaction(PitrName pitr) {
		return new NotAllowedInTransactionException("Restoring by PITR " + pitr + " is refused in a transaction: a "
				+ "restore cannot be rolled back. Call it outside, for example from a method without @Transactional or "
				+ "with PROPAGATION_NOT_SUPPORTED after the transaction's own work is committed");
	}

	/**
	 * Return the account that a PITR holds.
	 */
	static SnapshotScope accountOf(Pitr pitr) {
		return (pitr.level() == SnapshotLevel.ACCOUNT) ? pitr.scope() : SnapshotScope.account();
	}

	/**
	 * Say what is left by a restore that has failed.
	 */
	static String failed(SnapshotScope scope, @Nullable Snapshot before) {
		return "Restoring " + scope + " has failed. " + ((before != null)
				? "The snapshot of its state before is kept: " + before.name() : "It was not there before");
	}

	/**
	 * Say that a PITR does not keep what it has restored.
	 */
	static String noLongerKept(PitrRestore restore) {
		return "PITR " + restore.pitr().name() + " no longer keeps the past of " + restore.restored()
				+ ": the server has made that anew. Create another PITR for it; this one can still restore instants up to "
				+ restore.pitr().endedAt() + ", until it is dropped";
	}

	/**
	 * Return what must hold because the server would report success and change nothing.
	 */
	static List<Precondition> referenced(SnapshotScope scope) {
		TableName table = scope.tableName();
		if (table != null) {
			return List.of(Precondition.isNoView(table), Precondition
				.absent(SqlText.references(table), () -> new UnsupportedByServerException("Restoring table " + table
						+ " is refused: a foreign key references the table, and the server would report success and "
						+ "change nothing (MO#27117). Restore the database, or clone the table as of the instant "
						+ "under another name")));
		}
		DatabaseName database = scope.databaseName();
		return (database != null) ? List.of(Precondition.absent(SqlText.references(database),
				() -> new UnsupportedByServerException("Restoring database " + database
						+ " is refused: a foreign key of another database references it, and the server would report "
						+ "success and change nothing. Drop that foreign key, or clone tables as of the instant")))
				: List.of();
	}

	@Override
	public List<SqlText> statements() {
		TableName table = this.scope.tableName();
		DatabaseName database = this.scope.databaseName();
		StringBuilder sql = new StringBuilder("RESTORE ");
		if (database != null) {
			sql.append("DATABASE ").append(database.quoted()).append(' ');
		}
		else if (this.scope.accountName() != null) {
			sql.append("ACCOUNT ").append(this.scope.accountName().quoted()).append(' ');
		}
		if (table != null) {
			sql.append("TABLE ").append(table.quotedName()).append(' ');
		}
		return List.of(SqlText.of(sql.append("FROM PITR ")
			.append(this.pitr.quoted())
			.append(" '")
			.append(this.time.text())
			.append('\'')
			.toString()));
	}

	@Override
	public List<Precondition> preconditions() {
		return Stream.concat(Stream.of(this.time.isUnderstood()), referenced(this.scope).stream()).toList();
	}

	@Override
	public String description() {
		return this.scope + " by PITR " + this.pitr.normalized() + " as of " + this.time.instant();
	}

}
