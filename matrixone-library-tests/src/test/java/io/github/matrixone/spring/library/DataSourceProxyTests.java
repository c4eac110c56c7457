package io.github.matrixone.spring.library;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A pool that only a proxy of datasource-proxy has.
 */
@EnabledIfServer
@SpringBootTest(classes = DataSourceProxyTests.Application.class)
class DataSourceProxyTests extends JdbcContract {

	@Autowired
	private List<String> queries;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("proxy", registry);
	}

	@Test
	void seesTheStatementsOfTheApplicationOnly() {
		this.queries.clear();
		this.work.commit(() -> insertAndClone("kept"));
		assertThat(this.queries).containsExactly("INSERT INTO item (id) VALUES (?)");
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

		private final List<String> queries = new CopyOnWriteArrayList<>();

		@Bean
		List<String> queries() {
			return this.queries;
		}

		@Bean
		DataSource dataSource(DataSourceProperties properties) {
			HikariDataSource pool = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			return ProxyDataSourceBuilder.create(pool)
				.afterQuery((execution, queries) -> queries.forEach((query) -> this.queries.add(query.getQuery())))
				.build();
		}

	}

}
