package io.github.matrixone.spring.simulator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for names that need quoting.
 */
class NameTests extends AbstractSimulatorTests {

	@ParameterizedTest
	@ValueSource(strings = { "MixedCase", "with-dash.and.dot", "größe", "数据库", "semi;colon", "😀", "select", "100%_?:x",
			"--x", "/*x*/", "#x" })
	void areQuotedEverywhere(String name) {
		DatabaseName database = DatabaseName.of(name);
		TableName table = TableName.of(database, name);
		TableName clone = TableName.of(database, name + " with blanks");
		DatabaseName copy = DatabaseName.of(name + "-copy");
		SnapshotName snapshot = SnapshotName.of(name);
		this.jdbc.execute("CREATE SCHEMA " + database.quoted());
		this.jdbc.execute("CREATE TABLE " + table.quoted() + " (id INT AUTO_INCREMENT PRIMARY KEY, " + database.quoted()
				+ " VARCHAR(99) DEFAULT 'it''s \"x\" `y` " + name + "', name VARCHAR(20), CONSTRAINT "
				+ database.quoted() + " UNIQUE (name))");
		this.jdbc.update("INSERT INTO " + table.quoted() + " (name) VALUES ('a')");
		this.snapshots.create(snapshot, SnapshotScope.database(database));
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO " + table.quoted() + " (name) VALUES ('b')");
			this.clones.cloneTable(table, clone);
			this.clones.cloneDatabase(database, copy, snapshot);
		});
		assertThat(names(clone)).containsExactly("a", "b");
		assertThat(names(this.snapshots.tableAt(table, snapshot))).containsExactly("a");
		assertThat(names(TableName.of(copy, name))).containsExactly("a");
		this.jdbc.update("INSERT INTO " + clone.quoted() + " (name) VALUES ('c')");
		assertThat(this.jdbc.queryForList("SELECT DISTINCT " + database.quoted() + " FROM " + clone.quoted(),
				String.class))
			.containsExactly("it's \"x\" `y` " + name);
		this.restores.restoreDatabase(database, snapshot);
		assertThat(tables(database)).containsExactly(table.normalizedName());
		this.snapshots.drop(snapshot);
		assertThat(hiddenDatabases()).isEmpty();
	}

	@Test
	void mayHaveQuotesInColumns() {
		this.jdbc.execute("CREATE TABLE `t` (`a``b \"c\" é` INT PRIMARY KEY, `d e` INT, name VARCHAR(9))");
		this.jdbc.execute("CREATE INDEX `i``j \"k\"` ON t (`d e`)");
		this.jdbc.execute("CREATE VIEW v AS SELECT `x y`.`a``b \"c\" é` FROM t AS `x y`");
		this.jdbc.update("INSERT INTO t VALUES (1, 2, 'x')");
		this.clones.cloneTable(TableName.of("t"), TableName.of("u"));
		this.clones.cloneDatabase(DATABASE, COPY);
		assertThat(count("u")).isEqualTo(count("copy.t")).isOne();
		assertThat(count("copy.v")).isOne();
	}

	@Test
	void areFoundInWhateverCase() {
		this.jdbc.execute("CREATE TABLE \"Upper\" (\"Id\" INT PRIMARY KEY, \"Name\" VARCHAR(9))");
		this.jdbc.update("INSERT INTO upper VALUES (1, 'x')");
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.clones.cloneTable(TableName.of("UPPER"), TableName.of("Lower"));
		this.clones.cloneDatabase(DatabaseName.of("APP"), COPY, SNAPSHOT);
		this.restores.restoreTable(TableName.of("upper"), SNAPSHOT);
		assertThat(names("lower")).isEqualTo(names("copy.upper")).isEqualTo(names("upper")).containsExactly("x");
	}

	@Test
	void withQuotesAreRefusedWithTheReason() {
		this.jdbc.execute("CREATE TABLE `a``b` (id INT PRIMARY KEY)");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE))
			.withMessageStartingWith("The simulator cannot work on a database or table named 'a`b'");
	}

}
