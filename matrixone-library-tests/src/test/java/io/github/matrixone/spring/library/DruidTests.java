package io.github.matrixone.spring.library;

import com.alibaba.druid.pool.DruidDataSource;
import com.alibaba.druid.spring.boot4.autoconfigure.DruidDataSourceAutoConfigure;
import com.alibaba.druid.stat.JdbcSqlStat;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Druid with its starter and the filters that most applications have.
 */
@EnabledIfServer
@SpringBootTest(classes = DruidTests.Application.class,
		properties = { "spring.datasource.type=com.alibaba.druid.pool.DruidDataSource",
				"spring.datasource.druid.filters=stat,wall,slf4j", "spring.datasource.druid.initial-size=1",
				"spring.datasource.druid.max-active=3", "spring.datasource.druid.validation-query=SELECT 1",
				"spring.datasource.druid.test-while-idle=true" })
class DruidTests extends JdbcContract {

	@Autowired
	private SnapshotOperations snapshots;

	@Autowired
	private DruidDataSource pool;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("druid", registry);
	}

	@Test
	void takesASnapshotBesideATransaction() {
		SnapshotName snapshot = SnapshotName.of("library_druid");
		try {
			this.work.commit(() -> {
				this.snapshots.create(snapshot, SnapshotScope.database(database.name()));
				this.jdbc.update("INSERT INTO item (id) VALUES (?)", 1);
				this.clones.cloneTable(TableName.of("item"), TableName.of("kept"), snapshot);
			});
			assertThat(database.count("kept")).isZero();
		}
		finally {
			this.snapshots.drop(snapshot);
		}
	}

	@Test
	void countsTheStatementsOfTheApplicationOnly() {
		this.work.commit(() -> {
			this.jdbc.update("INSERT INTO item (id) VALUES (?)", 1);
			this.jdbc.update("UPDATE item SET stock = stock + 1 WHERE id = ?", 1);
		});
		assertThat(this.pool.getDataSourceStat().getSqlStatMap().values()).extracting(JdbcSqlStat::getSql)
			.contains("INSERT INTO item (id) VALUES (?)", "UPDATE item SET stock = stock + 1 WHERE id = ?")
			.noneMatch((sql) -> sql.startsWith("BEGIN") || sql.startsWith("COMMIT"));
		assertThat(this.pool.getActiveCount()).isZero();
	}

	@Test
	void theFirewallStillWorks() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.queryForList("SELECT id FROM item WHERE id = 1 OR 1 = 1"))
			.havingRootCause()
			.withMessageContaining("sql injection violation");
	}

	@Test
	void theFirewallRefusesACloneSentAsText() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.execute("CREATE TABLE gone CLONE item"))
			.havingCause()
			.withMessageContaining("sql injection violation");
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	@ImportAutoConfiguration(DruidDataSourceAutoConfigure.class)
	static class Application {

	}

}
