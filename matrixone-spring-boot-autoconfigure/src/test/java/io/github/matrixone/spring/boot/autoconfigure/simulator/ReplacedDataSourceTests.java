package io.github.matrixone.spring.boot.autoconfigure.simulator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mockingDetails;

/**
 * Tests that put a mock in the place of the simulator's data source.
 */
class ReplacedDataSourceTests {

	@Nested
	@SpringJUnitConfig(Application.class)
	class ByAMock {

		@MockitoBean
		private DataSource dataSource;

		@Autowired
		private SnapshotOperations snapshots;

		@Test
		void isThatMock() {
			assertThat(mockingDetails(this.dataSource).isMock()).isTrue();
			assertThat(this.snapshots).isNotNull();
		}

	}

	@Nested
	@SpringJUnitConfig(Application.class)
	class ByAMockOfAPool {

		@MockitoBean
		private HikariDataSource dataSource;

		@Test
		void isThatMock() {
			assertThat(mockingDetails(this.dataSource).isMock()).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
			MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class })
	static class Application {

	}

}
