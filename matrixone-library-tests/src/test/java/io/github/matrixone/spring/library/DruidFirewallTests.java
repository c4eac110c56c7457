package io.github.matrixone.spring.library;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.library.Work.OnPurposeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Druid with a firewall that lets statements pass that it cannot parse.
 */
@EnabledIfServer
@SpringBootTest(classes = DruidTests.Application.class,
		properties = { "spring.datasource.type=com.alibaba.druid.pool.DruidDataSource",
				"spring.datasource.druid.filters=stat,slf4j", "spring.datasource.druid.filter.wall.enabled=true",
				"spring.datasource.druid.filter.wall.db-type=mysql",
				"spring.datasource.druid.filter.wall.config.strict-syntax-check=false",
				"spring.datasource.druid.filter.wall.config.none-base-statement-allow=true" })
class DruidFirewallTests extends JdbcContract {

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("druid_firewall", registry);
	}

	@Test
	void aCloneSentAsTextIsPartOfTheTransaction() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
			this.jdbc.update("INSERT INTO item (id) VALUES (?)", 1);
			this.jdbc.execute("CREATE TABLE gone CLONE item");
			assertThat(this.jdbc.queryForList("SELECT id FROM gone", Long.class)).containsExactly(1L);
		}));
		assertThat(database.count("item")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

}
