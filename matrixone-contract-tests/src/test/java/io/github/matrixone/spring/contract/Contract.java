package io.github.matrixone.spring.contract;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the contract: an application on a database with a table of two items, cleaned
 * of everything whose name begins with {@code ct_}.
 */
abstract class Contract {

	static final DatabaseName DATABASE = DatabaseName.of("contract");

	static final DatabaseName COPY = DatabaseName.of("ct_copy");

	static final TableName ITEM = TableName.of(DATABASE, "item");

	static final TableName CLONE = TableName.of(DATABASE, "ct_clone");

	static final SnapshotName SNAPSHOT = SnapshotName.of("ct_snapshot");

	static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	@Autowired
	SnapshotOperations snapshots;

	@Autowired
	CloneOperations clones;

	@Autowired
	RestoreOperations restores;

	@Autowired
	ControlOperations controls;

	@Autowired
	Sql sql;

	@Autowired
	Items items;

	@Autowired
	SentStatements sent;

	@Autowired
	@Qualifier("sqlTransactionManager")
	PlatformTransactionManager sqlTransactionManager;

	TransactionTemplate transaction;

	@Autowired
	private PlatformTransactionManager transactionManager;

	@BeforeEach
	void prepare() {
		this.transaction = transaction(transactionManager());
		clean();
		this.sql.update("DELETE FROM item");
		this.sql.update("INSERT INTO item VALUES (1, 'one', 10), (2, 'two', 20)");
		this.sent.clear();
	}

	@AfterEach
	void leavesNothingBehind() {
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		assertThat(this.sql.activeConnections()).isZero();
		clean();
	}

	private void clean() {
		this.snapshots.list(SnapshotFilter.all().namePrefix("ct_"))
			.forEach((snapshot) -> this.snapshots.drop(snapshot.name()));
		for (String table : tables()) {
			if (table.startsWith("ct_child")) {
				this.sql.execute("DROP TABLE " + table);
			}
		}
		for (String table : tables()) {
			if (table.startsWith("ct_")) {
				this.sql.execute("DROP TABLE `" + table.replace("`", "``") + "`");
			}
		}
		for (String database : databases()) {
			this.sql.execute(this.sql.isServer() ? "DROP DATABASE `" + database + "`"
					: "DROP SCHEMA `" + database + "` CASCADE");
		}
	}

	PlatformTransactionManager transactionManager() {
		return this.transactionManager;
	}

	TransactionTemplate transaction(PlatformTransactionManager manager) {
		return new TransactionTemplate(manager);
	}

	List<String> tables() {
		return this.sql.queryForList("SELECT table_name FROM information_schema.tables WHERE table_schema = ?",
				String.class, DATABASE.value());
	}

	List<String> databases() {
		return this.sql.queryForList(
				"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'ct\\_%'", String.class);
	}

	List<String> names(TableName table) {
		return names(table.quoted());
	}

	List<String> names(String table) {
		return this.sql.queryForList("SELECT name FROM " + table + " ORDER BY id, name", String.class);
	}

}
