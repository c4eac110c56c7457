package io.github.matrixone.spring.chaos;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The commands that the {@link Work} needs: the starter's, or what an application would
 * write without it.
 */
interface Commands {

	void createSnapshot(String name);

	void createSnapshotAfterCommit(String name);

	void cloneLedger(String target, @Nullable String snapshot);

	static Commands of(ObjectProvider<SnapshotOperations> snapshots, ObjectProvider<CloneOperations> clones,
			JdbcTemplate jdbc, TestServer server) {
		SnapshotOperations operations = snapshots.getIfAvailable();
		return (operations != null) ? new StarterCommands(operations, clones.getObject())
				: new PlainCommands(jdbc, server);
	}

	/**
	 * With the starter.
	 */
	record StarterCommands(SnapshotOperations snapshots, CloneOperations clones) implements Commands {

		private static final SnapshotScope SCOPE = SnapshotScope.database(TestServer.DATABASE);

		private static final TableName LEDGER = TableName.of(TestServer.DATABASE, "ledger");

		@Override
		public void createSnapshot(String name) {
			this.snapshots.create(SnapshotName.of(name), SCOPE);
		}

		@Override
		public void createSnapshotAfterCommit(String name) {
			this.snapshots.createAfterCommit(SnapshotName.of(name), SCOPE);
		}

		@Override
		public void cloneLedger(String target, @Nullable String snapshot) {
			TableName clone = TableName.of(DatabaseName.of(TestServer.DATABASE), target);
			this.clones.cloneTable(LEDGER, clone,
					(snapshot != null) ? CloneOptions.from(SnapshotName.of(snapshot)) : CloneOptions.defaults());
		}

	}

	/**
	 * Without the starter, to see that the verdict notices it.
	 */
	final class PlainCommands implements Commands {

		private final JdbcTemplate jdbc;

		private final JdbcTemplate beside;

		PlainCommands(JdbcTemplate jdbc, TestServer server) {
			this.jdbc = jdbc;
			this.beside = new JdbcTemplate(new DriverManagerDataSource(
					"jdbc:mysql://" + server.host() + ':' + server.port() + '/', server.username(), server.password()));
		}

		@Override
		public void createSnapshot(String name) {
			this.beside.execute("CREATE SNAPSHOT " + name + " FOR DATABASE " + TestServer.DATABASE);
		}

		@Override
		public void createSnapshotAfterCommit(String name) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					createSnapshot(name);
				}

			});
		}

		@Override
		public void cloneLedger(String target, @Nullable String snapshot) {
			this.jdbc.execute("CREATE TABLE " + target + " CLONE ledger"
					+ ((snapshot != null) ? " {SNAPSHOT = '" + snapshot + "'}" : ""));
		}

	}

}
