package io.github.matrixone.spring.transaction;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.sql.TableName;

/**
 * Rows of which a transaction has the exclusive lock, as far as they are remembered.
 */
final class HeldRows {

	/** A row beyond them is locked anew by each statement, and needs no memory. */
	private static final int MOST = 10_000;

	private final Set<List<Object>> keys = new HashSet<>();

	/**
	 * Return a row, whether it is locked or not.
	 * @param table its table, with its database
	 * @param primaryKey its primary key: whole numbers and texts
	 */
	Row row(TableName table, List<Object> primaryKey) {
		List<Object> key = new ArrayList<>(primaryKey.size() + 1);
		key.add(table);
		for (Object value : primaryKey) {
			key.add((value instanceof Number number) ? (Object) number.longValue() : value);
		}
		return new Row(key);
	}

	/**
	 * Take note that the transaction has ended.
	 */
	void clear() {
		this.keys.clear();
	}

	/**
	 * A row that the transaction may have locked.
	 */
	final class Row {

		private final List<Object> key;

		private Row(List<Object> key) {
			this.key = key;
		}

		boolean isHeld() {
			return HeldRows.this.keys.contains(this.key);
		}

		/**
		 * Take note that it is locked.
		 */
		void hold() {
			if (HeldRows.this.keys.size() < MOST) {
				HeldRows.this.keys.add(this.key);
			}
		}

		/**
		 * Take note of a query that locks it if it meets a condition.
		 * @param count how many rows it has found
		 */
		void holdIfFound(Rows count) {
			if (!"0".equals(count.first().orElse("0"))) {
				hold();
			}
		}

	}

}
