package io.github.matrixone.spring.boot.autoconfigure;

import java.sql.Connection;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class CommandConnectionsTests {

	@Test
	void doNotWaitForTheApplicationsPoolAndDoNotMixWithItsMetrics() throws Exception {
		for (boolean registry : new boolean[] { true, false }) {
			try (HikariDataSource pool = pool()) {
				if (registry) {
					pool.setMetricRegistry(new SimpleMeterRegistry());
				}
				else {
					pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(new SimpleMeterRegistry()));
				}
				CommandConnections connections = new CommandConnections(new MatrixOneDataSource(pool), 1);
				try (Connection application = pool.getConnection();
						Connection own = connections.dataSource().getConnection()) {
					assertThat(application.getAutoCommit()).isFalse();
					assertThat(own.getAutoCommit()).isTrue();
					assertThat(own.getMetaData().getURL()).isEqualTo(application.getMetaData().getURL());
				}
				connections.destroy();
			}
		}
	}

	@Test
	void comeFromAnyOtherPoolItself() throws Exception {
		SimpleDriverDataSource other = new SimpleDriverDataSource(new org.h2.Driver(), "jdbc:h2:mem:commands");
		CommandConnections connections = new CommandConnections(other, 1);
		try (Connection own = connections.dataSource().getConnection()) {
			assertThat(own.getMetaData().getURL()).isEqualTo("jdbc:h2:mem:commands");
		}
		connections.destroy();
	}

	private static HikariDataSource pool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:h2:mem:commands");
		pool.setMaximumPoolSize(1);
		pool.setAutoCommit(false);
		return pool;
	}

}
