package io.github.matrixone.sample.shop.operations;

import java.util.List;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Copies the shop to a database beside it. Orders go on being placed meanwhile: the copy
 * holds what the snapshot holds.
 */
@Service
public class BackupService {

	private final ShopDatabase shop;

	private final SnapshotOperations snapshots;

	private final CloneOperations clones;

	BackupService(ShopDatabase shop, SnapshotOperations snapshots, CloneOperations clones) {
		this.shop = shop;
		this.snapshots = snapshots;
		this.clones = clones;
	}

	/**
	 * Take a snapshot, make a database of it, and compare their tables. If anything
	 * fails, neither is left.
	 * @param name a name for the backup
	 * @return the backup
	 */
	@Transactional
	public Backup backUp(String name) {
		SnapshotName snapshot = this.shop.snapshot("backup_" + name);
		DatabaseName copy = this.shop.besides("backup_" + name);
		this.snapshots.create(snapshot, this.shop.scope());
		this.clones.cloneDatabase(this.shop.name(), copy, snapshot);
		List<Backup.Table> tables = this.shop.tables()
			.stream()
			.map((table) -> compare(table, snapshot, TableName.of(copy, table.name())))
			.toList();
		return new Backup(snapshot, copy, tables);
	}

	private Backup.Table compare(TableName table, SnapshotName snapshot, TableName copy) {
		return new Backup.Table(table.name(), this.shop.count(this.snapshots.tableAt(table, snapshot)),
				this.shop.count(copy.quoted()));
	}

}
