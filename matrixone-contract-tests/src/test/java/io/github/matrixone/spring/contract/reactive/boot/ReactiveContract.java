package io.github.matrixone.spring.contract.reactive.boot;

import java.util.List;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.AccountRepository;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Begins each test without accounts and ends it without a connection that is taken.
 */
@EnabledIfServer
abstract class ReactiveContract {

	@Autowired
	AccountRepository accounts;

	@Autowired
	DatabaseClient client;

	@Autowired
	ConnectionPool connectionFactory;

	@Autowired
	ReactiveSnapshotOperations snapshots;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ReactiveApplication.server(registry);
	}

	@BeforeEach
	void removeAll() {
		this.client.sql("DROP TABLE IF EXISTS " + ReactiveApplication.CLONE.quoted()).then().block();
		this.accounts.deleteAll().block();
		for (SnapshotName snapshot : List.of(ReactiveApplication.BEFORE, ReactiveApplication.AFTER)) {
			this.snapshots.dropIfExists(snapshot).block();
		}
	}

	@AfterEach
	void removeAllAgain() {
		removeAll();
		assertThat(this.connectionFactory.getMetrics().map(PoolMetrics::acquiredSize)).contains(0);
	}

	long count(String table) {
		return this.client.sql("SELECT count(*) FROM " + table).mapValue(Long.class).one().block();
	}

	boolean exists(TableName table) {
		return this.client
			.sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?")
			.bind(0, ReactiveApplication.DATABASE.value())
			.bind(1, table.name())
			.mapValue(Long.class)
			.one()
			.block() > 0;
	}

}
