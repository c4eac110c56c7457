package io.github.matrixone.sample.shop;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import io.github.matrixone.sample.shop.operations.Backup;
import io.github.matrixone.sample.shop.operations.BackupService;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link BackupService} does.
 */
abstract class BackupBehaviour extends ShopBehaviour {

	@Autowired
	private BackupService backups;

	@Autowired
	private CloneOperations clones;

	@Test
	void copiesTheShopAndComparesEachTable() {
		Backup backup = this.backups.backUp("monday");
		assertThat(backup.isComplete()).isTrue();
		assertThat(backup.tables()).containsExactly(new Backup.Table("customer", 1, 1),
				new Backup.Table("order_line", 0, 0), new Backup.Table("product", 2, 2),
				new Backup.Table("purchase_order", 0, 0));
		assertThat(databasesBeside()).containsExactly(backup.database());
		assertThat(snapshotsOfShop()).containsExactly(backup.snapshot());
	}

	@Test
	void keepsTheCopyAsItIs() {
		Backup backup = this.backups.backUp("monday");
		this.jdbc.update("DELETE FROM product");
		assertThat(this.shop.count(TableName.of(backup.database(), "product").quoted())).isEqualTo(2);
	}

	@Test
	void leavesNoSnapshotWhenTheDatabaseIsThere() {
		this.clones.cloneDatabase(this.shop.name(), this.shop.besides("backup_monday"));
		assertThatExceptionOfType(CloneTargetExistsException.class).isThrownBy(() -> this.backups.backUp("monday"));
		assertThat(snapshotsOfShop()).isEmpty();
	}

	@Test
	void makesNoDatabaseWhenTheSnapshotIsThere() {
		this.snapshots.create(this.shop.snapshot("backup_monday"), this.shop.scope());
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class).isThrownBy(() -> this.backups.backUp("monday"));
		assertThat(databasesBeside()).isEmpty();
	}

	@Test
	void isUndoneWithTheTransactionThatItIsPartOf() {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.backups.backUp("monday").isComplete()).isTrue();
			status.setRollbackOnly();
		});
		assertThat(databasesBeside()).isEmpty();
		assertThat(snapshotsOfShop()).isEmpty();
	}

}
