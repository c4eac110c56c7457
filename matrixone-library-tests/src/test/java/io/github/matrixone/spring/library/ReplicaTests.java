package io.github.matrixone.spring.library;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
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

	@Autowired
	@Qualifier("reader")
	private DataSource reader;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		replica = LibraryDatabase.create("replica", "", registry);
		replica.execute("CREATE TABLE item_of_replica (id BIGINT PRIMARY KEY)");
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

	@Test
	void refusesAnUpdateThatIsSentToTheReplicaByItselfAsTheDriverDoes() {
		JdbcTemplate reader = new JdbcTemplate(this.reader);
		assertThat(reader.queryForObject("SELECT COUNT(*) FROM item_of_replica", Long.class)).isZero();
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> reader.update("INSERT INTO item_of_replica VALUES (1)"))
			.withStackTraceContaining("read-only connection");
		assertThat(replica.count("item_of_replica")).isZero();
		reader.execute("INSERT INTO item_of_replica VALUES (2)");
		assertThat(replica.count("item_of_replica")).as("as the driver does it").isOne();
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

		@Bean
		@Primary
		LazyConnectionDataSourceProxy dataSource(DataSourceProperties properties,
				@Qualifier("reader") HikariDataSource reader) {
			HikariDataSource writer = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(writer);
			proxy.setReadOnlyDataSource(reader);
			return proxy;
		}

		@Bean(defaultCandidate = false)
		HikariDataSource reader(DataSourceProperties properties) {
			HikariDataSource reader = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			reader.setJdbcUrl(replica.url());
			reader.setReadOnly(true);
			return reader;
		}

	}

}
