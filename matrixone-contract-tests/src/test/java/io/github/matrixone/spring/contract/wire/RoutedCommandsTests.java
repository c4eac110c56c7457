package io.github.matrixone.spring.contract.wire;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.pool.PoolSeats;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Commands beside a transaction of one of several servers behind one data source, each
 * with a pool of one connection that is no bean.
 */
class RoutedCommandsTests {

	private final AtomicReference<String> tenant = new AtomicReference<>();

	@Test
	void goToTheServerOfTheTransaction() throws Exception {
		try (WireServer first = WireServer.start(ServerKind.MATRIXONE);
				WireServer second = WireServer.start(ServerKind.MATRIXONE);
				HikariDataSource firstPool = pool(first);
				HikariDataSource secondPool = pool(second)) {
			AbstractRoutingDataSource router = router(Map.of("first", firstPool, "second", secondPool));
			new PoolSeats(new MatrixOneConnections()).take(router);
			assertSnapshotIsTaken(router, "first", first, second);
			assertSnapshotIsTaken(router, "second", second, first);
		}
	}

	private void assertSnapshotIsTaken(AbstractRoutingDataSource router, String tenant, WireServer own,
			WireServer other) {
		this.tenant.set(tenant);
		own.forget();
		other.forget();
		SnapshotTemplate snapshots = new SnapshotTemplate(new CommandExecutor(router, new ServerBackend()));
		new TransactionTemplate(new JdbcTransactionManager(router)).executeWithoutResult((status) -> {
			new JdbcTemplate(router).queryForList("SELECT 1");
			// The server keeps no snapshots that could be looked up afterwards.
			catchThrowable(() -> snapshots.create(SnapshotName.of("nightly"), SnapshotScope.account()));
			status.setRollbackOnly();
		});
		assertThat(own.sql()).anyMatch((sql) -> sql.startsWith("CREATE SNAPSHOT"));
		assertThat(other.sql()).isEmpty();
	}

	private AbstractRoutingDataSource router(Map<Object, Object> targets) {
		AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return RoutedCommandsTests.this.tenant.get();
			}

		};
		router.setTargetDataSources(targets);
		router.afterPropertiesSet();
		return router;
	}

	static HikariDataSource pool(WireServer server) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(server.url(""));
		pool.setUsername("root");
		pool.setPassword("111");
		pool.setMaximumPoolSize(1);
		return pool;
	}

}
