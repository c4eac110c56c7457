package io.github.matrixone.spring.contract;

import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.backend.MatrixOneBackend;
import io.github.matrixone.spring.backend.ServerBackend;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.item.ItemRepository;
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
@SpringBootTest(classes = ContractApplication.class)
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
	MatrixOneBackend backend;

	@Autowired
	DataSource dataSource;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	ItemRepository items;

	@Autowired
	EntityManager entityManager;

	@Autowired
	JpaTransactionManager jpaTransactionManager;

	@Autowired
	JdbcTransactionManager jdbcTransactionManager;

	@Autowired
	SentStatements sent;

	TransactionTemplate transaction;

	@BeforeEach
	void prepare() {
		this.transaction = new TransactionTemplate(this.jpaTransactionManager);
		clean();
		this.jdbc.update("DELETE FROM item");
		this.jdbc.update("INSERT INTO item VALUES (1, 'one', 10), (2, 'two', 20)");
		this.sent.clear();
	}

	@AfterEach
	void leavesNothingBehind() {
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		HikariDataSource pool = DataSourceUnwrapper.unwrap(this.dataSource, HikariDataSource.class);
		assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		clean();
	}

	private void clean() {
		this.snapshots.list(SnapshotFilter.all().namePrefix("ct_"))
			.forEach((snapshot) -> this.snapshots.drop(snapshot.name()));
		for (String table : tables()) {
			if (table.startsWith("ct_child")) {
				this.jdbc.execute("DROP TABLE " + table);
			}
		}
		for (String table : tables()) {
			if (table.startsWith("ct_")) {
				this.jdbc.execute("DROP TABLE `" + table.replace("`", "``") + "`");
			}
		}
		for (String database : databases()) {
			this.jdbc
				.execute(isServer() ? "DROP DATABASE `" + database + "`" : "DROP SCHEMA `" + database + "` CASCADE");
		}
	}

	boolean isServer() {
		return this.backend instanceof ServerBackend;
	}

	TransactionTemplate transaction(PlatformTransactionManager manager) {
		return new TransactionTemplate(manager);
	}

	List<String> tables() {
		return this.jdbc.queryForList("SELECT table_name FROM information_schema.tables WHERE table_schema = ?",
				String.class, DATABASE.value());
	}

	List<String> databases() {
		return this.jdbc.queryForList(
				"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'ct\\_%'", String.class);
	}

	List<String> names(TableName table) {
		return names(table.quoted());
	}

	List<String> names(String table) {
		return this.jdbc.queryForList("SELECT name FROM " + table + " ORDER BY id, name", String.class);
	}

}
