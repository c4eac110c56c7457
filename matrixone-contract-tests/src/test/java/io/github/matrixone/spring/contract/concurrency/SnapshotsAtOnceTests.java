package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Snapshots that are taken in the same moment, by JDBC and R2DBC. Where these are the
 * first ones after its start the server refuses all but one of them with "txn need retry
 * in rc mode".
 */
@EnabledIfServer
@Timeout(180)
class SnapshotsAtOnceTests {

	private static final String DATABASE = "ct_snapshots_at_once";

	private static final SnapshotScope SCOPE = SnapshotScope.database(DATABASE);

	private static final int SNAPSHOTS = 12;

	private static final int ROUNDS = 3;

	private final JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc("");

	private final SnapshotTemplate blocking = new SnapshotTemplate(new CommandExecutor(
			new MatrixOneDataSource(
					Objects.requireNonNull(ServerUnderTest.get().plainJdbc("mo_catalog").getDataSource())),
			new ServerBackend()));

	private final ReactiveSnapshotTemplate reactive = new ReactiveSnapshotTemplate(
			new ReactiveCommandExecutor(new MatrixOneConnectionFactory(driver())));

	private final ExecutorService threads = Executors.newFixedThreadPool(SNAPSHOTS);

	@BeforeEach
	void createDatabase() {
		this.jdbc.execute("CREATE DATABASE IF NOT EXISTS " + DATABASE);
	}

	@AfterEach
	void dropAll() {
		this.threads.shutdown();
		this.blocking.list(SnapshotFilter.all().namePrefix(DATABASE))
			.forEach((snapshot) -> this.blocking.drop(snapshot.name()));
		this.jdbc.execute("DROP DATABASE " + DATABASE);
	}

	@Test
	void areAllTaken() throws InterruptedException, ExecutionException {
		for (int round = 0; round < ROUNDS; round++) {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<Snapshot>> taken = new ArrayList<>();
			for (int i = 0; i < SNAPSHOTS; i++) {
				SnapshotName name = SnapshotName.of(DATABASE + '_' + round + '_' + i);
				boolean blocks = i % 2 == 0;
				taken.add(this.threads.submit(() -> {
					start.await();
					return blocks ? this.blocking.create(name, SCOPE) : this.reactive.create(name, SCOPE).block();
				}));
			}
			start.countDown();
			for (Future<Snapshot> snapshot : taken) {
				assertThat(this.blocking.find(snapshot.get().name())).contains(snapshot.get());
			}
		}
		assertThat(this.blocking.list(SnapshotFilter.all().namePrefix(DATABASE))).hasSize(ROUNDS * SNAPSHOTS);
	}

	private static ConnectionFactory driver() {
		return ServerUnderTest.get().plainR2dbc("mo_catalog");
	}

}
