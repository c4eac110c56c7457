package io.github.matrixone.spring.contract.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances of an application that start at once and make what is not there yet.
 */
@EnabledIfServer
class IfNotExistsTests {

	private static final int INSTANCES = 4;

	private static final String DATABASE = "ct_if_not_exists";

	private static final String COPY = "ct_if_not_exists_copy";

	private static final SnapshotName SNAPSHOT = SnapshotName.of(DATABASE);

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");

	private final ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);

	private final HikariDataSource pool = new HikariDataSource();

	private final CommandExecutor executor = new CommandExecutor(this.pool, new ServerBackend());

	@BeforeEach
	void setUp() {
		drop();
		this.plain.execute("CREATE DATABASE " + DATABASE);
		this.plain.execute("CREATE TABLE " + DATABASE + ".item (id INT PRIMARY KEY)");
		this.pool.setDataSource(new MatrixOneDataSource(
				Objects.requireNonNull(ServerUnderTest.get().plainJdbc(DATABASE).getDataSource())));
	}

	@AfterEach
	void tearDown() {
		this.threads.shutdown();
		this.pool.close();
		drop();
	}

	private void drop() {
		this.plain.execute("DROP SNAPSHOT IF EXISTS " + SNAPSHOT.value());
		this.plain.execute("DROP DATABASE IF EXISTS " + COPY);
		this.plain.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@RepeatedTest(3)
	void allHaveTheSnapshot() throws Exception {
		SnapshotTemplate snapshots = new SnapshotTemplate(this.executor);
		assertThat(atOnce(() -> snapshots.create(SNAPSHOT, SnapshotScope.database(DATABASE),
				SnapshotOptions.defaults().ifNotExists())))
			.extracting(Snapshot::createdAt)
			.hasSize(INSTANCES)
			.containsOnly(snapshots.get(SNAPSHOT).createdAt());
	}

	@RepeatedTest(3)
	void oneOfThemMakesTheClone() throws Exception {
		CloneTemplate clones = new CloneTemplate(this.executor);
		CloneOptions options = CloneOptions.defaults().ifNotExists();
		assertThat(atOnce(() -> clones.cloneTable(TableName.of("item"), TableName.of("copy"), options)))
			.containsOnlyOnce(true);
		assertThat(atOnce(() -> clones.cloneDatabase(DatabaseName.of(DATABASE), DatabaseName.of(COPY), options)))
			.containsOnlyOnce(true);
	}

	private <T> List<T> atOnce(Callable<T> work) throws Exception {
		CyclicBarrier start = new CyclicBarrier(INSTANCES);
		List<Future<T>> results = Stream.generate(() -> this.threads.submit(() -> {
			start.await();
			return work.call();
		})).limit(INSTANCES).toList();
		List<T> done = new ArrayList<>();
		for (Future<T> result : results) {
			done.add(result.get());
		}
		return done;
	}

}
