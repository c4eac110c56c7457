package io.github.matrixone.spring.boot.autoconfigure.simulator;

import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verify;

/**
 * Tests that put something in the place of the simulator's data source, or around it.
 */
class ReplacedDataSourceTests {

	private static void assertClones(JdbcTemplate jdbc, CloneOperations clones) {
		jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY)");
		clones.cloneTable(TableName.of("item"), TableName.of("ct_clone"));
		assertThat(jdbc.queryForObject("SELECT count(*) FROM ct_clone", Integer.class)).isZero();
	}

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

	@Nested
	@SpringJUnitConfig(Application.class)
	class ByASpy {

		@MockitoSpyBean
		private DataSource dataSource;

		@Test
		void isThatSpyOfTheSimulator(@Autowired JdbcTemplate jdbc, @Autowired CloneOperations clones)
				throws SQLException {
			assertClones(jdbc, clones);
			verify(this.dataSource, atLeastOnce()).getConnection();
		}

	}

	@Nested
	@SpringJUnitConfig(Application.class)
	@Import(Decorator.class)
	class ByADecorator {

		@Test
		void isThatDecoratorOfTheSimulator(@Autowired DataSource dataSource, @Autowired JdbcTemplate jdbc,
				@Autowired CloneOperations clones) {
			assertThat(dataSource).isExactlyInstanceOf(DelegatingDataSource.class);
			assertClones(jdbc, clones);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
			MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class })
	static class Application {

	}

	static class Decorator implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof DataSource dataSource) ? new DelegatingDataSource(dataSource) : bean;
		}

	}

}
