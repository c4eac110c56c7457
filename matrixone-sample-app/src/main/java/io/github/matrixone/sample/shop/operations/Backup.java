package io.github.matrixone.sample.shop.operations;

import java.util.List;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * A copy of the shop, compared with what it is a copy of.
 *
 * @param snapshot the snapshot that the copy was made from
 * @param database the copy
 * @param tables the tables of both
 */
public record Backup(SnapshotName snapshot, DatabaseName database, List<Table> tables) {

	public boolean isComplete() {
		return this.tables.stream().allMatch(Table::isComplete);
	}

	/**
	 * A table in the snapshot and in the copy.
	 *
	 * @param name the table's name
	 * @param rows how many rows the snapshot has
	 * @param copied how many rows the copy has
	 */
	public record Table(String name, long rows, long copied) {

		public boolean isComplete() {
			return this.rows == this.copied;
		}

	}

}
