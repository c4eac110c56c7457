package io.github.matrixone.spring.contract.nodes;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;

import io.github.matrixone.spring.dao.OutsideRecoveryWindowException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.past.PastTemplate;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.pitr.PitrTemplate;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Reads of the past, and recovery by a PITR, where what one compute node has made is used
 * through the other.
 */
@EnabledIfTwoNodes
@Timeout(180)
class PastOnTwoNodesTests {

	private static final String DATABASE = "ct_nodes_past";

	private static final PitrName PITR = PitrName.of("ct_nodes_pitr");

	private static final int POINTS = 8;

	private final HikariDataSource firstPool = Node.first().pool(DATABASE);

	private final HikariDataSource secondPool = Node.second().pool(DATABASE);

	private final JdbcTemplate first = new JdbcTemplate(this.firstPool);

	private final JdbcTemplate second = new JdbcTemplate(this.secondPool);

	@BeforeEach
	void createTable() {
		JdbcTemplate jdbc = Node.first().jdbc("");
		jdbc.execute("DROP PITR IF EXISTS " + PITR);
		jdbc.execute("DROP DATABASE IF EXISTS " + DATABASE);
		jdbc.execute("CREATE DATABASE " + DATABASE);
		jdbc.execute("CREATE TABLE ct_nodes_past.item (id INT PRIMARY KEY, n INT)");
		jdbc.execute("INSERT INTO ct_nodes_past.item VALUES (1, 0), (2, 0)");
		await().ignoreExceptions().until(() -> ns(Node.second().jdbc(DATABASE)).equals(List.of(0, 0)));
	}

	@AfterEach
	void dropDatabase() {
		SnapshotTemplate snapshots = new SnapshotTemplate(executor(this.firstPool));
		snapshots.list(SnapshotFilter.all().namePrefix("before_ct_nodes_pitr"))
			.forEach((snapshot) -> snapshots.drop(snapshot.name()));
		this.firstPool.close();
		this.secondPool.close();
		Node.first().jdbc("").execute("DROP PITR IF EXISTS " + PITR);
		Node.first().jdbc("").execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@Test
	void aCopyThatOneNodeHasMadeIsReadThroughTheOther() {
		PastTemplate onSecond = new PastTemplate(
				new CommandExecutor(this.secondPool, this.firstPool, new ServerBackend()));
		PastTemplate onFirst = new PastTemplate(executor(this.firstPool));
		try {
			for (int i = 1; i <= POINTS; i++) {
				this.first.update("UPDATE item SET n = ?", i);
				Instant point = now(this.first);
				this.first.update("UPDATE item SET n = -1");
				List<Integer> expected = List.of(i, i);
				assertThat(onSecond.asOf(point).execute(() -> ns(this.second))).isEqualTo(expected);
				assertThat(onFirst.asOf(point).execute(() -> ns(this.first))).isEqualTo(expected);
			}
		}
		finally {
			onSecond.destroy();
			onFirst.destroy();
		}
	}

	@Test
	void aPointIsTheSameWhicheverNodeAConnectionLeadsTo() {
		MatrixOneDataSource both = new MatrixOneDataSource(
				new Alternating(Objects.requireNonNull(Node.first().jdbc(DATABASE).getDataSource()),
						Objects.requireNonNull(Node.second().jdbc(DATABASE).getDataSource())));
		PastTemplate past = new PastTemplate(executor(both));
		JdbcTemplate jdbc = new JdbcTemplate(both);
		try {
			for (int i = 1; i <= POINTS; i++) {
				JdbcTemplate writer = (i % 2 != 0) ? this.second : this.first;
				writer.update("UPDATE item SET n = ?", i);
				Instant point = now(this.first);
				writer.update("UPDATE item SET n = -1");
				List<Integer> expected = List.of(i, i);
				past.asOf(point).executeWithoutResult(() -> {
					for (int read = 0; read < 6; read++) {
						assertThat(ns(jdbc)).isEqualTo(expected);
					}
				});
			}
		}
		finally {
			past.destroy();
		}
	}

	@Test
	void aPitrThatOneNodeHasMadeIsCheckedAndRestoredThroughTheOther() {
		PitrTemplate onFirst = pitrs(this.firstPool);
		PitrTemplate onSecond = pitrs(this.secondPool);
		onFirst.create(PITR, SnapshotScope.database(DATABASE), PitrRange.hours(1));
		await().until(() -> onSecond.exists(PITR));
		assertThat(onSecond.get(PITR)).isEqualTo(onFirst.get(PITR));
		assertThat(onSecond.recoveryWindow(PITR).from()).isEqualTo(onFirst.recoveryWindow(PITR).from());
		Instant before = onFirst.recoveryWindow(PITR).from().minusSeconds(1);
		for (PitrTemplate pitrs : List.of(onFirst, onSecond)) {
			assertThatExceptionOfType(OutsideRecoveryWindowException.class).isThrownBy(() -> pitrs.check(PITR, before));
		}
		Instant start = now(this.first);
		await().atMost(Duration.ofSeconds(10)).until(() -> now(this.first).isAfter(start.plusSeconds(2)));
		Instant point = now(this.first);
		await().atMost(Duration.ofSeconds(10)).until(() -> now(this.first).isAfter(point.plusSeconds(1)));
		this.first.update("UPDATE item SET n = -1");
		onFirst.check(PITR, point);
		onSecond.check(PITR, point);
		await().until(() -> ns(this.second).equals(List.of(-1, -1)));
		onSecond.restoreTable(TableName.of(DATABASE, "item"), PITR, point);
		assertThat(ns(this.second)).isEqualTo(List.of(0, 0));
		await().ignoreExceptions().until(() -> ns(this.first).equals(List.of(0, 0)));
	}

	private static PitrTemplate pitrs(DataSource dataSource) {
		CommandExecutor executor = executor(dataSource);
		return new PitrTemplate(executor, new SnapshotTemplate(executor), List.of());
	}

	private static CommandExecutor executor(DataSource dataSource) {
		return new CommandExecutor(dataSource, new ServerBackend());
	}

	private static List<Integer> ns(JdbcTemplate jdbc) {
		return jdbc.queryForList("SELECT n FROM item ORDER BY id", Integer.class);
	}

	private static Instant now(JdbcTemplate jdbc) {
		return Instant.EPOCH.plusNanos(1000 * Objects.requireNonNull(
				jdbc.queryForObject("SELECT unix_timestamp() * 1000000 + microsecond(now(6))", Long.class)));
	}

	/**
	 * Gives a connection to each node in turn.
	 */
	private static final class Alternating extends AbstractDataSource {

		private final List<DataSource> nodes;

		private final AtomicInteger next = new AtomicInteger();

		private Alternating(DataSource... nodes) {
			this.nodes = List.of(nodes);
		}

		@Override
		public Connection getConnection() throws SQLException {
			return this.nodes.get(this.next.getAndIncrement() % this.nodes.size()).getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

}
