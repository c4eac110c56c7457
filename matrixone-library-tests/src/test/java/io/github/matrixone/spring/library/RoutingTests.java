package io.github.matrixone.spring.library;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.UnprotectedConnectionException;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tenants by AbstractRoutingDataSource, whose pools are no beans.
 */
@EnabledIfServer
@SpringBootTest(classes = RoutingTests.Application.class)
class RoutingTests {

	private static final ThreadLocal<String> tenant = new ThreadLocal<>();

	private static final Map<String, LibraryDatabase> databases = new HashMap<>();

	@Autowired
	private Work work;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private SnapshotOperations snapshots;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private Router router;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		for (String name : List.of("acme", "beta", "late")) {
			databases.put(name, LibraryDatabase.create("routed_" + name, "", registry));
		}
	}

	@BeforeEach
	void tables() {
		for (LibraryDatabase database : databases.values()) {
			for (String table : List.of("kept", "gone", "item")) {
				database.execute("DROP TABLE IF EXISTS " + table);
			}
			database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
		}
	}

	@AfterEach
	void noTenant() {
		tenant.remove();
	}

	@Test
	void commitsARowAndACloneOfEachTenant() {
		for (String name : List.of("acme", "beta")) {
			tenant.set(name);
			this.work.commit(() -> insertAndClone("kept"));
			assertThat(databases.get(name).count("kept")).isEqualTo(1);
		}
	}

	@Test
	void rollsARowAndACloneOfEachTenantBack() {
		for (String name : List.of("acme", "beta")) {
			tenant.set(name);
			assertThatExceptionOfType(OnPurposeException.class)
				.isThrownBy(() -> this.work.fail(() -> insertAndClone("gone")));
			assertThat(databases.get(name).count("item")).isZero();
			assertThat(databases.get(name).hasTable("gone")).isFalse();
		}
	}

	@Test
	void whatRunsBesideATransactionIsOfTheSameTenant() {
		SnapshotName snapshot = SnapshotName.of("library_routed");
		for (String name : List.of("acme", "beta")) {
			tenant.set(name);
			try {
				this.work.commit(() -> {
					this.snapshots.create(snapshot, SnapshotScope.table(TableName.of("item")));
					this.jdbc.update("INSERT INTO item VALUES (1)");
					this.clones.cloneTableAfterCommit(TableName.of("item"), TableName.of("kept"));
				});
				assertThat(this.snapshots.list()).filteredOn((taken) -> taken.name().equals(snapshot))
					.singleElement()
					.satisfies((taken) -> assertThat(taken.toString()).contains(databases.get(name).name()));
				assertThat(databases.get(name).count("kept")).isEqualTo(1);
			}
			finally {
				this.snapshots.drop(snapshot);
			}
		}
	}

	@Test
	void aTenantThatComesLaterSaysSoInItsUrl() {
		this.router.add("late", databases.get("late").url());
		tenant.set("late");
		assertThatExceptionOfType(UnprotectedConnectionException.class)
			.isThrownBy(() -> this.work.commit(() -> insertAndClone("gone")))
			.withMessageContaining("jdbc:matrixone:");
		assertThat(databases.get("late").count("item")).isZero();
		this.router.add("late", databases.get("late").url().replace("jdbc:mysql:", "jdbc:matrixone:"));
		assertThatExceptionOfType(OnPurposeException.class)
			.isThrownBy(() -> this.work.fail(() -> insertAndClone("gone")));
		this.work.commit(() -> insertAndClone("kept"));
		assertThat(databases.get("late").count("kept")).isEqualTo(1);
		assertThat(databases.get("late").hasTable("gone")).isFalse();
	}

	private void insertAndClone(String target) {
		this.jdbc.update("INSERT INTO item VALUES (1)");
		this.clones.cloneTable(TableName.of("item"), TableName.of(target));
	}

	static class Router extends AbstractRoutingDataSource implements DisposableBean {

		private final Map<Object, Object> pools = new HashMap<>();

		Router() {
			add("acme", databases.get("acme").url());
			add("beta", databases.get("beta").url());
		}

		final void add(String name, String url) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(url);
			pool.setUsername(ServerUnderTest.get().username());
			pool.setPassword(ServerUnderTest.get().password());
			close(this.pools.put(name, pool));
			setTargetDataSources(this.pools);
			initialize();
		}

		@Override
		protected Object determineCurrentLookupKey() {
			return tenant.get();
		}

		@Override
		public void destroy() {
			this.pools.values().forEach(Router::close);
		}

		private static void close(Object pool) {
			if (pool instanceof HikariDataSource hikari) {
				hikari.close();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

		@Bean
		Router dataSource() {
			return new Router();
		}

	}

}
