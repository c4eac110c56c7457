package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Locks of rows that transactions share: on a server that grants an exclusive lock to
 * several of them, no update is lost and no row doubled.
 */
abstract class LockContract extends ServerContract {

	private static final String INSERT = "INSERT INTO ct_child (parent_id) VALUES (7)";

	private static final String UPDATE = "UPDATE ct_parent SET n = n + 1 WHERE id = 7";

	private final ExecutorService threads = Executors.newFixedThreadPool(6);

	@BeforeEach
	void createTables() {
		this.sql.execute("CREATE TABLE ct_parent (id INT PRIMARY KEY, n INT)");
		this.sql.execute("CREATE TABLE ct_child (id INT PRIMARY KEY AUTO_INCREMENT, parent_id INT, "
				+ "CONSTRAINT ct_reference FOREIGN KEY (parent_id) REFERENCES ct_parent (id))");
		this.sql.execute("INSERT INTO ct_parent VALUES (7, 0), (8, 0)");
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(strings = { INSERT, "SELECT n FROM ct_parent WHERE id = 7 FOR SHARE" })
	void rawTransactionsThatShareALockBothGetItExclusively(String share) throws SQLException {
		try (Connection first = raw();
				Connection second = raw();
				Statement firstStatement = first.createStatement();
				Statement secondStatement = second.createStatement()) {
			firstStatement.execute("BEGIN");
			secondStatement.execute("BEGIN");
			firstStatement.execute(share);
			secondStatement.execute(share);
			firstStatement.execute(UPDATE);
			secondStatement.execute(UPDATE);
			firstStatement.execute("COMMIT");
			secondStatement.execute("COMMIT");
		}
		assertThat(updates()).containsExactly(1, 1);
	}

	@Test
	void aTransactionThatWouldChangeWhatItsRowsReferenceWaitsForOthersThatDo() throws Exception {
		CountDownLatch inserted = new CountDownLatch(1);
		CountDownLatch updated = new CountDownLatch(1);
		Future<?> other = this.transaction.execute((status) -> {
			this.sql.update(INSERT);
			Future<?> second = this.threads.submit(() -> insertThenUpdate(inserted, updated));
			await(inserted);
			this.sql.update(UPDATE);
			updated.countDown();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> second.get(2, TimeUnit.SECONDS));
			return second;
		});
		other.get();
		assertThat(updates()).containsExactly(2);
	}

	@Test
	void noUpdateIsLostAndNoRowDoubledByMany() throws Exception {
		List<Future<?>> workers = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			workers.add(this.threads.submit(() -> {
				for (int j = 0; j < 10; j++) {
					insertThenUpdate(new CountDownLatch(0), new CountDownLatch(0));
				}
			}));
		}
		for (Future<?> worker : workers) {
			worker.get();
		}
		assertThat(updates()).containsExactly(60);
		assertThat(this.sql.queryForObject("SELECT count(*) FROM ct_child", Integer.class)).isEqualTo(60);
	}

	@Test
	void rawNamedLocksAreGivenBackWhenTheirConnectionIsCut() throws SQLException {
		try (Connection holder = raw(); Statement statement = holder.createStatement()) {
			statement.execute("SELECT GET_LOCK('ct_lock', 1)");
			holder.abort(Runnable::run);
		}
		try (Connection next = raw();
				Statement statement = next.createStatement();
				ResultSet lock = statement.executeQuery("SELECT GET_LOCK('ct_lock', 8)")) {
			assertThat(lock.next()).isTrue();
			assertThat(lock.getInt(1)).isOne();
		}
	}

	@Test
	void sharedLocksAreRefusedInATransaction() {
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.sql.queryForList("SELECT n FROM ct_parent FOR SHARE", Integer.class))
			.withMessageContaining("FOR UPDATE"));
		assertThat(this.sql.queryForList("SELECT n FROM ct_parent WHERE id = 7 FOR SHARE", Integer.class))
			.containsExactly(0);
	}

	@Test
	void rowsOfAllTablesOfAJoinAreLockedForUpdate() throws SQLException {
		this.sql.update(INSERT);
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.execute("BEGIN");
			statement.execute("SELECT p.n FROM ct_parent p JOIN ct_child c ON c.parent_id = p.id FOR UPDATE");
			assertThat(isLocked("UPDATE ct_parent SET n = 5 WHERE id = 7")).isTrue();
			assertThat(isLocked("UPDATE ct_child SET parent_id = 8 WHERE parent_id = 7")).isTrue();
			assertThat(isLocked("UPDATE ct_parent SET n = 5 WHERE id = 8")).isFalse();
			statement.execute("ROLLBACK");
		}
	}

	private void insertThenUpdate(CountDownLatch inserted, CountDownLatch turn) {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update(INSERT);
			inserted.countDown();
			await(turn);
			this.sql.update(UPDATE);
		});
	}

	private List<Integer> updates() {
		return this.sql.queryForList("SELECT n FROM ct_parent WHERE id = 7", Integer.class);
	}

	private boolean isLocked(String update) throws SQLException {
		try (Connection raw = raw(); Statement statement = raw.createStatement()) {
			statement.setQueryTimeout(1);
			statement.execute(update);
			return false;
		}
		catch (SQLTimeoutException ex) {
			return true;
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
