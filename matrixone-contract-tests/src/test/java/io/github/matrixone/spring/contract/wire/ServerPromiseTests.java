package io.github.matrixone.spring.contract.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.ThrowingConsumer;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link TransactionPromiseTests} on a MatrixOne server, with fewer ways to send: the
 * rows that other sessions find afterwards.
 */
@EnabledIfServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerPromiseTests {

	private static final String DATABASE = "contract_promises";

	private static final Map<Long, Integer> BEFORE = Map.of(1L, 0, 3L, 0);

	private final ServerUnderTest server = ServerUnderTest.get();

	private final JdbcTemplate plain = this.server.plainJdbc("");

	private final Map<Pool, ConfigurableApplicationContext> applications = new EnumMap<>(Pool.class);

	@BeforeAll
	void createTable() {
		this.plain.execute("DROP DATABASE IF EXISTS " + DATABASE);
		this.plain.execute("CREATE DATABASE " + DATABASE);
		this.plain.execute("CREATE TABLE " + DATABASE + ".item (id BIGINT PRIMARY KEY, q INT DEFAULT 7)");
	}

	@AfterAll
	void dropTable() {
		this.applications.values().forEach(ConfigurableApplicationContext::close);
		this.plain.execute("DROP DATABASE " + DATABASE);
	}

	@ParameterizedTest(name = "{0} {1} {2}")
	@MethodSource("units")
	void isAllOrNothing(Pool pool, Access access, Way way) throws Exception {
		for (boolean commit : new boolean[] { false, true }) {
			reset();
			assertThat(carryOut(pool, access, way, commit, () -> {
			})).isNull();
			assertThat(rows()).isEqualTo(commit ? after(access, way) : BEFORE);
			assertClean(pool);
		}
	}

	@ParameterizedTest(name = "{0} {1} {2}")
	@MethodSource("units")
	void leavesNothingIfTheConnectionIsCut(Pool pool, Access access, Way way) throws Exception {
		reset();
		assertThat(carryOut(pool, access, way, true, this::cutConnections)).isNotNull();
		assertThat(rows()).isEqualTo(BEFORE);
		assertClean(pool);
	}

	@ParameterizedTest
	@EnumSource
	void leavesNothingAfterADeadlock(Access access) throws Exception {
		reset();
		CountDownLatch locked = new CountDownLatch(1);
		CountDownLatch half = new CountDownLatch(1);
		CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
			DataSource dataSource = new DriverManagerDataSource(this.server.url() + DATABASE, this.server.username(),
					this.server.password());
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
				jdbc.update("UPDATE item SET q = 5 WHERE id = 3");
				locked.countDown();
				await(half);
				jdbc.update("UPDATE item SET q = 5 WHERE id = 1");
			});
		});
		await(locked);
		Exception failure = carryOut(Pool.HIKARI, access, Way.PREPARED, true, half::countDown);
		boolean otherFailed = other.handle((result, ex) -> ex != null).get();
		assertThat(failure != null || otherFailed).as("a deadlock").isTrue();
		Map<Long, Integer> otherRows = otherFailed ? BEFORE : Map.of(1L, 5, 3L, 5);
		assertThat(rows()).isEqualTo((failure != null) ? otherRows : after(access, Way.PREPARED));
		assertClean(Pool.HIKARI);
	}

	static Stream<Arguments> units() {
		List<Arguments> units = new ArrayList<>();
		for (Pool pool : Pool.values()) {
			for (Access access : Access.values()) {
				if (access != Access.JPA || pool != Pool.ONE_CONNECTION) {
					units.add(Arguments.of(pool, access, Way.PREPARED));
					units.add(Arguments.of(pool, access, Way.BATCH));
				}
				if (pool == Pool.HIKARI) {
					units.add(Arguments.of(pool, access, Way.STREAMING));
					units.add(Arguments.of(pool, access, Way.SEVERAL));
				}
			}
		}
		return units.stream();
	}

	/**
	 * Carry out a unit of work: twice, what is sent in the given way and a row.
	 * @param between what happens between the two
	 * @return the error that has reached the caller
	 */
	private @Nullable Exception carryOut(Pool pool, Access access, Way way, boolean commit, Runnable between) {
		BeanFactory application = application(pool);
		ThrowingConsumer<Steps> unit = (steps) -> {
			steps.send(way, 1);
			steps.write(2);
			assertThat(rows()).as("committed before the end").isEqualTo(BEFORE);
			between.run();
			steps.send(way, 3);
			steps.write(4);
		};
		try {
			if (pool == Pool.ONE_CONNECTION) {
				access.onOneConnection(application, commit, unit);
			}
			else {
				access.inTransaction(application, commit, unit);
			}
			return null;
		}
		catch (Exception ex) {
			return ex;
		}
	}

	/**
	 * The next user of the pool finds a connection that is clean.
	 */
	private void assertClean(Pool pool) {
		DataSource dataSource = application(pool).getBean(DataSource.class);
		new TransactionTemplate(new JdbcTransactionManager(dataSource))
			.executeWithoutResult((status) -> new JdbcTemplate(dataSource).update("INSERT INTO item (id) VALUES (99)"));
		assertThat(rows()).containsEntry(99L, 7);
	}

	private ConfigurableApplicationContext application(Pool pool) {
		return this.applications.computeIfAbsent(pool,
				(key) -> PoolApplication.start(new Pool.Target(this.server.url() + DATABASE + "?allowMultiQueries=true",
						this.server.username(), this.server.password()), pool, Map.of()));
	}

	private void cutConnections() {
		this.plain.queryForList("SHOW PROCESSLIST")
			.stream()
			.filter((session) -> DATABASE.equals(session.get("db")))
			.forEach((session) -> this.plain.execute("KILL " + session.get("conn_id")));
	}

	private void reset() {
		this.plain.execute("DELETE FROM " + DATABASE + ".item");
		this.plain.execute("INSERT INTO " + DATABASE + ".item VALUES (1, 0), (3, 0)");
	}

	private Map<Long, Integer> rows() {
		Map<Long, Integer> rows = new TreeMap<>();
		this.plain.query("SELECT id, q FROM " + DATABASE + ".item",
				(RowCallbackHandler) (row) -> assertThat(rows.put(row.getLong(1), row.getInt(2))).as("a key twice")
					.isNull());
		return rows;
	}

	private static Map<Long, Integer> after(Access access, Way way) {
		Map<Long, Integer> rows = new TreeMap<>(BEFORE);
		rows.put(2L, 7);
		rows.put(4L, 7);
		for (long id = 1; id <= 3; id += 2) {
			switch (way) {
				case STATEMENT -> rows.put(id, 1);
				case PREPARED -> {
					if (access == Access.JPA) {
						rows.remove(id);
					}
					else {
						rows.put(id, 1);
					}
				}
				case BATCH -> {
					for (long row = 1; row <= 3; row++) {
						rows.put(id * 10 + row, 7);
					}
				}
				case SEVERAL -> rows.put(id, 2);
				case STREAMING, CALLABLE -> {
				}
			}
		}
		return rows;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
