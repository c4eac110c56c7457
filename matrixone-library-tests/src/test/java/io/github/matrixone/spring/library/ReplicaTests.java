package io.github.matrixone.spring.library;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * LazyConnectionDataSourceProxy with a replica for transactions that only read.
 */
@EnabledIfServer
@SpringBootTest(classes = ReplicaTests.Application.class)
class ReplicaTests extends JdbcContract {

	private static LibraryDatabase replica;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		replica = LibraryDatabase.create("replica", "", registry);
		create("writer", registry);
	}

	@Test
	void readsFromTheReplicaAndWritesToTheWriter() {
		String current = "SELECT DATABASE()";
		assertThat(this.work.read(() -> this.jdbc.queryForObject(current, String.class))).isEqualTo(replica.name());
		this.work.commit(() -> {
			assertThat(this.jdbc.queryForObject(current, String.class)).isEqualTo(database.name());
			insertAndClone("kept");
		});
		assertThat(replica.hasTable("kept")).isFalse();
	}

	@Test
	void refusesToWriteToTheReplica() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(() -> this.work.read(() -> {
			insertAndClone("gone");
			return true;
		}));
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

		@Bean
		LazyConnectionDataSourceProxy dataSource(DataSourceProperties properties) {
			HikariDataSource writer = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			HikariDataSource reader = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			reader.setJdbcUrl(replica.url());
			reader.setReadOnly(true);
			LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(writer);
			proxy.setReadOnlyDataSource(reader);
			return proxy;
		}

	}

}
