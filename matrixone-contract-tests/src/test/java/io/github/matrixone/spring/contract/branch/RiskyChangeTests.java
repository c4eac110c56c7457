package io.github.matrixone.spring.contract.branch;

import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.RiskyChange;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.RiskyChangeException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Changes with a snapshot of before.
 */
@EnabledIfServer
class RiskyChangeTests {

	private static final TableName ITEM = TableName.of("ct_risky", "item");

	private static final TableName LOG = TableName.of("ct_risky", "log");

	private static final SnapshotName BEFORE = SnapshotName.of("ct_risky_before");

	private final HikariDataSource pool = BranchTests.pool("ct_risky");

	private final MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final SnapshotTemplate snapshots = new SnapshotTemplate(this.executor);

	private final BranchTemplate branches = new BranchTemplate(this.executor);

	private final RiskyChange change = new RiskyChange(this.snapshots, this.branches);

	@BeforeEach
	void setUp() {
		this.snapshots.dropIfExists(BEFORE);
		this.jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, price INT)");
		this.jdbc.execute("CREATE TABLE log (line VARCHAR(20))");
		this.jdbc.update("INSERT INTO item VALUES (1, 10), (2, 20), (3, 30)");
	}

	@AfterEach
	void tearDown() {
		this.snapshots.dropIfExists(BEFORE);
		this.jdbc.execute("DROP DATABASE ct_risky");
		this.pool.close();
	}

	@Test
	void returnsTheResultAndKeepsTheSnapshot() {
		int changed = this.change.run(BEFORE, List.of(ITEM),
				() -> this.jdbc.update("UPDATE item SET price = price + 1"));
		assertThat(changed).isEqualTo(3);
		assertThat(this.branches.diff(ITEM, AsOf.snapshot(BEFORE)).changes()).hasSize(3);
	}

	@Test
	void saysWhatHasChangedAndCanBeTakenBack() {
		assertThatExceptionOfType(RiskyChangeException.class)
			.isThrownBy(() -> this.change.run(BEFORE, List.of(ITEM, LOG), () -> {
				this.jdbc.update("UPDATE item SET price = 0 WHERE id = 1");
				this.jdbc.update("DELETE FROM item WHERE id = 2");
				throw new IllegalStateException("fails half-way");
			}))
			.withMessageContaining("fails half-way")
			.withMessageContaining("item: 2")
			.withMessageContaining("log: not known")
			.withCauseInstanceOf(IllegalStateException.class)
			.satisfies((ex) -> {
				assertThat(ex.getBefore()).isEqualTo(BEFORE);
				assertThat(ex.getChangedRows()).isEqualTo(Map.of(ITEM, 2L));
			});
		this.branches.revert(this.branches.diff(ITEM, AsOf.snapshot(BEFORE)), (row) -> true);
		assertThat(this.jdbc.queryForList("SELECT price FROM item ORDER BY id", Integer.class)).containsExactly(10, 20,
				30);
	}

	@Test
	void isRefusedInATransaction() {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> transaction.executeWithoutResult(
					(status) -> this.change.run(BEFORE, List.of(ITEM), () -> this.jdbc.update("DELETE FROM item"))));
		assertThat(this.snapshots.find(BEFORE)).isEmpty();
	}

	@Test
	void needsTablesOfOneDatabase() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.change.run(BEFORE, List.of(), () -> 1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.change.run(BEFORE, List.of(TableName.of("item")), () -> 1))
			.withMessageContaining("of one database that they name");
	}

}
