package io.github.matrixone.spring.contract.concurrency;

import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of what holds for many threads on a pool of ten connections, which all of them
 * have given back afterwards.
 */
@SpringBootTest(classes = ConcurrencyApplication.class, properties = { "matrixone.simulator.database=contract_virtual",
		"spring.datasource.hikari.maximum-pool-size=" + ConcurrencyContract.POOL_SIZE,
		"spring.datasource.hikari.connection-timeout=120000",
		"spring.sql.init.schema-locations=classpath:/io/github/matrixone/spring/contract/concurrency/schema.sql",
		"spring.task.execution.pool.core-size=" + ConcurrencyContract.POOL_SIZE,
		"spring.threads.virtual.enabled=true" })
abstract class ConcurrencyContract {

	static final int POOL_SIZE = 10;

	@Autowired
	AsyncTaskExecutor threads;

	@Autowired
	EntryService service;

	@Autowired
	CloneOperations clones;

	@Autowired
	SnapshotOperations snapshots;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	TransactionOperations transaction;

	@Autowired
	DataSource dataSource;

	@BeforeEach
	void prepare() {
		clean();
	}

	@AfterEach
	void leavesNothingBehind() {
		assertThat(pool().getHikariPoolMXBean().getActiveConnections()).isZero();
		assertThat(pool().getHikariPoolMXBean().getThreadsAwaitingConnection()).isZero();
		clean();
	}

	HikariDataSource pool() {
		return DataSourceUnwrapper.unwrap(this.dataSource, HikariDataSource.class);
	}

	List<Integer> numbers(String table) {
		return this.jdbc.queryForList("SELECT number FROM " + table + " ORDER BY number", Integer.class);
	}

	List<String> cloneNames() {
		return this.jdbc.queryForList("SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
				+ " AND table_name LIKE 'entry\\_clone%'", String.class, EntryService.DATABASE.value());
	}

	List<String> snapshotNames() {
		return this.snapshots.list(SnapshotFilter.all().namePrefix(EntryService.DATABASE.value()))
			.stream()
			.map((snapshot) -> snapshot.name().value())
			.toList();
	}

	private void clean() {
		this.snapshots.list(SnapshotFilter.all().namePrefix(EntryService.DATABASE.value()))
			.forEach((snapshot) -> this.snapshots.drop(snapshot.name()));
		cloneNames().forEach((clone) -> this.jdbc.execute("DROP TABLE " + clone));
		this.jdbc.update("DELETE FROM entry");
	}

}
