package io.github.matrixone.spring.contract.migration;

import java.sql.SQLException;
import java.util.List;

import com.mysql.cj.jdbc.MysqlDataSource;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * The snapshots of one database, looked at without an application.
 */
final class TakenSnapshots {

	private final DatabaseName database;

	private final SnapshotTemplate snapshots;

	private final RestoreTemplate restores;

	private TakenSnapshots(DatabaseName database, CommandExecutor executor) {
		this.database = database;
		this.snapshots = new SnapshotTemplate(executor);
		this.restores = new RestoreTemplate(executor, this.snapshots, List.of());
	}

	/**
	 * Those of a database that has none to begin with.
	 */
	static TakenSnapshots none(String database) throws SQLException {
		MysqlDataSource dataSource = new MysqlDataSource();
		dataSource.setUrl(ServerUnderTest.get().url());
		dataSource.setUser(ServerUnderTest.get().username());
		dataSource.setPassword(ServerUnderTest.get().password());
		TakenSnapshots taken = new TakenSnapshots(DatabaseName.of(database),
				new CommandExecutor(new MatrixOneDataSource(dataSource), new ServerBackend()));
		taken.latestFirst().forEach((snapshot) -> taken.snapshots.drop(snapshot.name()));
		return taken;
	}

	List<Snapshot> latestFirst() {
		return this.snapshots.list(SnapshotFilter.all().database(this.database));
	}

	Snapshot take(String name) {
		return this.snapshots.create(SnapshotName.of(name), SnapshotScope.database(this.database));
	}

	void restore(Snapshot snapshot) {
		this.restores.restoreDatabase(this.database, snapshot.name());
	}

}
