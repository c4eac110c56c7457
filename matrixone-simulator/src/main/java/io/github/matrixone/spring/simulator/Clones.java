package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.clone.CloneDatabase;
import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.clone.CopyTable;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Clones tables and databases: makes the target on a connection beside the transaction,
 * which DDL would commit, and copies the rows as part of it.
 */
final class Clones {

	private final OwnConnections ownConnections;

	Clones(OwnConnections ownConnections) {
		this.ownConnections = ownConnections;
	}

	void cloneTable(Connection connection, Connection own, CloneTable command) throws SQLException {
		requireNoAccount(command.account());
		if (command.asOf() == null) {
			cloneLive(connection, own, command.source(), command.target());
			return;
		}
		String id = SnapshotCatalog.get(own, Snapshots.named(command.asOf()));
		DatabaseScript script = SnapshotStore.script(own, id, command.source());
		cloneTable(connection, own, script, command.source(), SnapshotStore.rows(id, command.source()),
				command.target());
	}

	void copyTable(Connection connection, Connection own, CopyTable command) throws SQLException {
		cloneLive(connection, own, command.source(), command.target());
	}

	void cloneDatabase(Connection connection, Connection own, CloneDatabase command) throws SQLException {
		requireNoAccount(command.account());
		if (command.asOf() != null) {
			String id = SnapshotCatalog.get(own, Snapshots.named(command.asOf()));
			DatabaseScript script = SnapshotStore.script(own, id, command.source());
			carryOut(connection, own, CloneWork.ofDatabase(script, id, command.target()));
			return;
		}
		Catalog.requireDatabase(own, command.source());
		DatabaseScript script = DatabaseScript.read(own, command.source());
		String id = SnapshotStore.copy(own, List.of(script));
		try {
			carryOut(connection, own, CloneWork.ofDatabase(script, id, command.target()));
		}
		finally {
			SnapshotStore.drop(own, id);
		}
	}

	private void cloneLive(Connection connection, Connection own, TableName source, TableName target)
			throws SQLException {
		Catalog.requireTable(own, source);
		DatabaseScript script = DatabaseScript.read(own, Names.databaseOf(source)).only(source);
		cloneTable(connection, own, script, source, source, target);
	}

	private void cloneTable(Connection connection, Connection own, DatabaseScript script, TableName source,
			TableName rows, TableName target) throws SQLException {
		Catalog.requireDatabase(own, Names.databaseOf(target));
		carryOut(connection, own, CloneWork.ofTable(script, source, rows, target));
	}

	private void carryOut(Connection connection, Connection own, CloneWork work) throws SQLException {
		if (!isInTransaction(connection)) {
			work.run(own);
			return;
		}
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			throw new NotAllowedInTransactionException(
					Refusals.message("undo a clone in a transaction that Spring does not manage: use a "
							+ "TransactionTemplate or @Transactional"));
		}
		work.join(connection, own, this.ownConnections);
	}

	private static boolean isInTransaction(Connection connection) throws SQLException {
		return connection.isWrapperFor(MatrixOneConnection.class)
				? connection.unwrap(MatrixOneConnection.class).isInTransaction() : !connection.getAutoCommit();
	}

	private static void requireNoAccount(@Nullable AccountName account) {
		if (account != null) {
			throw Refusals.cannot("clone into another account: leave the account out");
		}
	}

}
