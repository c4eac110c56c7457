package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.CopyTable;
import io.github.matrixone.spring.clone.DropDatabase;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.control.ControlCommand;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.restore.Restore;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.UndoSnapshot;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;

/**
 * Carries out commands on H2, where the server's rules allow them. Thread-safe.
 */
final class SimulatorBackend implements MatrixOneBackend {

	private final OwnConnections ownConnections;

	private final Clones clones;

	private final Lock turn = new ReentrantLock();

	SimulatorBackend(OwnConnections ownConnections) {
		this.ownConnections = ownConnections;
		this.clones = new Clones(ownConnections);
	}

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		SimulatorRules.checkCommand(connection, statementOf(command));
		try (Connection own = this.ownConnections.beside(connection)) {
			if (isInTransaction(connection)) {
				return execute(connection, own, command);
			}
			this.turn.lock();
			try {
				return execute(connection, own, command);
			}
			finally {
				this.turn.unlock();
			}
		}
	}

	/**
	 * Commands that are no part of a transaction take turns: H2's DDL and copies in
	 * several sessions at once would wait for each other until they time out.
	 */
	private static boolean isInTransaction(Connection connection) throws SQLException {
		return connection.isWrapperFor(MatrixOneConnection.class)
				&& connection.unwrap(MatrixOneConnection.class).isInTransaction();
	}

	@Override
	public String tableAt(TableName table, AsOf asOf) {
		try (Connection own = this.ownConnections.getConnection()) {
			String id = SnapshotCatalog.get(own, Snapshots.named(asOf));
			return SnapshotStore.requireRows(own, id, table).quoted();
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException("The simulator's database cannot be read", ex);
		}
	}

	@Override
	public void requireBranches() {
		throw Refusals.cannot("make or see branches: leave them out");
	}

	@Override
	public void requirePast() {
		throw Refusals.cannot("read the past by PastOperations: leave that out, or read single tables at a snapshot");
	}

	@Override
	public void requirePitrs() {
		throw Refusals.cannot("keep or restore the past by PITRs: leave them out");
	}

	@Override
	public String description() {
		return "simulator (H2, in memory)";
	}

	private @Nullable String execute(Connection connection, Connection own, Command command) throws SQLException {
		if (command instanceof CreateSnapshot createSnapshot) {
			Snapshots.create(own, createSnapshot);
		}
		else if (command instanceof DropSnapshot dropSnapshot) {
			Snapshots.drop(own, dropSnapshot);
		}
		else if (command instanceof UndoSnapshot undoSnapshot) {
			Snapshots.undo(own, undoSnapshot);
		}
		else if (command instanceof CloneTable cloneTable) {
			this.clones.cloneTable(connection, own, cloneTable);
			if (isInTransaction(connection)) {
				connection.unwrap(MatrixOneConnection.class).activity().recordClone(cloneTable.target());
			}
		}
		else if (command instanceof CopyTable copyTable) {
			this.clones.copyTable(connection, own, copyTable);
		}
		else if (command instanceof CloneDatabase cloneDatabase) {
			this.clones.cloneDatabase(connection, own, cloneDatabase);
			if (isInTransaction(connection)) {
				connection.unwrap(MatrixOneConnection.class).activity().recordClone(cloneDatabase.target());
			}
		}
		else if (command instanceof DropTable drop) {
			Drops.drop(own, drop);
		}
		else if (command instanceof DropDatabase drop) {
			Drops.drop(own, drop);
		}
		else if (command instanceof Restore restore) {
			requirePreconditions(own, restore);
			Restores.restore(own, restore);
		}
		else if (command instanceof ControlCommand controlCommand) {
			TableName table = controlCommand.table();
			return (table == null || Catalog.hasTable(own, table)) ? answer(controlCommand.method()) : null;
		}
		return null;
	}

	/**
	 * Return what a command is on a server, where it meets the server's rules.
	 */
	private static SqlStatement statementOf(Command command) {
		if (command instanceof CreateSnapshot || command instanceof DropSnapshot || command instanceof UndoSnapshot) {
			return new SqlStatement(Kind.SNAPSHOT_COMMAND, null, false);
		}
		if (command instanceof CloneTable clone) {
			return new SqlStatement((clone.asOf() != null) ? Kind.CLONE_TABLE_AT : Kind.CLONE_TABLE, clone.source(),
					false);
		}
		if (command instanceof CopyTable copy) {
			return new SqlStatement(Kind.CREATE_TABLE, copy.target(), false);
		}
		if (command instanceof CloneDatabase clone) {
			return new SqlStatement((clone.asOf() != null) ? Kind.CLONE_DATABASE_AT : Kind.CLONE_DATABASE, null, false);
		}
		if (command instanceof DropTable || command instanceof DropDatabase) {
			return new SqlStatement(Kind.OTHER, null, false);
		}
		if (command instanceof Restore) {
			return new SqlStatement(Kind.RESTORE, null, false);
		}
		if (command instanceof ControlCommand) {
			return new SqlStatement(Kind.READ, null, false);
		}
		throw Refusals.cannot("carry out " + command.getClass().getSimpleName() + ": leave it out");
	}

	private static void requirePreconditions(Connection own, Command command) throws SQLException {
		for (Precondition precondition : command.preconditions()) {
			boolean found = !H2.column(own, precondition.query().sql(), precondition.query().arguments().toArray())
				.isEmpty();
			if (found != precondition.rowExpected()) {
				throw Objects.requireNonNull(precondition.otherwise().get());
			}
		}
	}

	private static String answer(ControlCommand.Method method) {
		String name = switch (method) {
			case FLUSH -> "Flush";
			case CHECKPOINT -> "Checkpoint";
			case GLOBAL_CHECKPOINT -> "GlobalCheckpoint";
		};
		return "{\"method\":\"" + name + "\",\"result\":[{\"returnStr\":\"OK\"}]}";
	}

}
