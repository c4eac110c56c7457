package io.github.matrixone.spring.contract.nodes;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.journal.JournalTable;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The journal's recovery where a load balancer gives each connection to another node, so
 * that the driver's {@code KILL QUERY} does not reach the statement that it is to end.
 */
@EnabledIfTwoNodes
@Timeout(300)
class BalancedJournalTests {

	private static final String DATABASE = "ct_balanced";

	private static final SnapshotName HELD = SnapshotName.of("ct_balanced_held");

	private static final SnapshotName LEFT = SnapshotName.of("ct_balanced_left");

	private static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	private final Balancer balancer = new Balancer();

	private final HikariDataSource firstPool = Node.first().pool(DATABASE);

	private final HikariDataSource balancedPool = this.balancer.asNode().pool(DATABASE);

	private final JdbcTemplate jdbc = Node.first().jdbc(DATABASE);

	private final JournalTable journal = new JournalTable(() -> TableName.of(DATABASE, JournalTable.DEFAULT_NAME));

	@BeforeEach
	void createJournal() {
		dropAll();
		Node.first().jdbc("").execute("CREATE DATABASE " + DATABASE);
		new ResourceDatabasePopulator(new ClassPathResource(JournalTable.SCHEMA)).execute(this.firstPool);
	}

	@AfterEach
	void close() {
		this.balancedPool.close();
		this.firstPool.close();
		this.balancer.close();
		dropAll();
	}

	@Test
	void anEntryThatIsHeldByATransactionDoesNotKeepTheRecoveryFromTheOthers() {
		CommandExecutor executor = new CommandExecutor(this.firstPool, new ServerBackend());
		executor.setJournal(this.journal);
		SnapshotTemplate snapshots = new SnapshotTemplate(executor);
		JournalRecovery recovery = new JournalRecovery(new CommandExecutor(this.balancedPool, new ServerBackend()),
				this.journal);
		recovery.setGracePeriod(Duration.ZERO);
		new TransactionTemplate(new JdbcTransactionManager(this.firstPool)).executeWithoutResult((status) -> {
			snapshots.create(HELD, SCOPE);
			leaveAsAProcessThatDied();
			// The first run waits for the lock until it times out, and has no time left.
			assertThat(recovery.recover().done()).isZero();
			assertThat(recovery.recover().done()).isEqualTo(1);
		});
		assertThat(snapshots.exists(HELD)).isTrue();
		assertThat(snapshots.exists(LEFT)).isFalse();
	}

	private void leaveAsAProcessThatDied() {
		SqlText entry = this.journal.unlessCommitted(new CreateSnapshot(LEFT, SCOPE)).write();
		this.jdbc.update(entry.sql(), entry.arguments().toArray());
		this.jdbc.execute("CREATE SNAPSHOT " + LEFT.quoted() + " FOR DATABASE " + DATABASE);
	}

	private void dropAll() {
		JdbcTemplate first = Node.first().jdbc("");
		first.execute("DROP SNAPSHOT IF EXISTS " + HELD.quoted());
		first.execute("DROP SNAPSHOT IF EXISTS " + LEFT.quoted());
		first.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

}
