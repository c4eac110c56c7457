package io.github.matrixone.spring.library;

import java.beans.PropertyVetoException;

import com.mchange.v2.c3p0.ComboPooledDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * C3P0, with a URL that begins with {@code jdbc:matrixone:}.
 */
@EnabledIfServer
@SpringBootTest(classes = C3p0Tests.Application.class)
class C3p0Tests extends JdbcContract {

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("c3p0", registry);
	}

	@Test
	void givesAConnectionBackWhoseTransactionIsOver() {
		for (int i = 0; i < 10; i++) {
			this.work.commit(() -> this.jdbc.update("UPDATE item SET stock = stock + 1"));
			assertThat(this.jdbc.update("INSERT INTO item (id) VALUES (?)", i)).isEqualTo(1);
			assertThat(database.count("item")).isEqualTo(i + 1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

		@Bean(destroyMethod = "close")
		ComboPooledDataSource dataSource(DataSourceProperties properties) throws PropertyVetoException {
			ComboPooledDataSource pool = new ComboPooledDataSource();
			pool.setDriverClass(MatrixOneDriver.class.getName());
			pool.setJdbcUrl(properties.determineUrl().replace("jdbc:mysql:", "jdbc:matrixone:"));
			pool.setUser(properties.determineUsername());
			pool.setPassword(properties.determinePassword());
			pool.setMaxPoolSize(3);
			return pool;
		}

	}

}
