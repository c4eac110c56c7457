package io.github.matrixone.spring.contract;

import java.util.Locale;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names are never executed: whatever is not refused is taken literally.
 */
abstract class NameContract extends Contract {

	@ParameterizedTest
	@ValueSource(strings = { "ct_; drop table item; --", "ct_a b", "ct_ünï日本", "ct_select", "ct_-- x", "ct_%s ? :x" })
	void takesTableNamesLiterally(String name) {
		TableName table = TableName.of(DATABASE, name);
		this.clones.cloneTable(ITEM, table);
		assertThat(tables()).contains(name.toLowerCase(Locale.ROOT));
		this.snapshots.create(SNAPSHOT, SnapshotScope.table(table));
		this.sql.update("DELETE FROM " + table.quoted());
		assertThat(names(this.snapshots.tableAt(table, SNAPSHOT))).containsExactly("one", "two");
		this.restores.restoreTable(table, SNAPSHOT);
		assertThat(names(table)).containsExactly("one", "two");
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ct_ünï日本", "ct_a-b", "ct_x;drop", "ct_select" })
	void takesDatabaseNamesLiterally(String name) {
		DatabaseName database = DatabaseName.of(name);
		this.clones.cloneDatabase(DATABASE, database);
		assertThat(databases()).containsExactly(name);
		assertThat(names(TableName.of(database, "item"))).containsExactly("one", "two");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ct_1;drop", "ct_ünï日本", "ct_{x}", "ct_select", "CT_Upper",
			"ct_345678901234567890123456789012345678901234567890123456789012_64" })
	void takesSnapshotNamesLiterally(String name) {
		SnapshotName snapshot = SnapshotName.of(name.substring(0, Math.min(name.length(), 64)));
		assertThat(this.snapshots.create(snapshot, SCOPE).name()).isEqualTo(snapshot);
		this.sql.update("DELETE FROM item WHERE id = 1");
		assertThat(names(this.snapshots.tableAt(ITEM, snapshot))).containsExactly("one", "two");
		this.clones.cloneTable(ITEM, CLONE, snapshot);
		assertThat(names(CLONE)).containsExactly("one", "two");
		this.snapshots.drop(snapshot);
		assertThat(this.snapshots.exists(snapshot)).isFalse();
	}

}
