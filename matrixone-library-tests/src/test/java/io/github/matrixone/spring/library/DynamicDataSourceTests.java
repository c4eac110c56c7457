package io.github.matrixone.spring.library;

import java.util.List;

import com.alibaba.druid.pool.DruidDataSource;
import com.baomidou.dynamic.datasource.DynamicRoutingDataSource;
import com.baomidou.dynamic.datasource.annotation.DS;
import com.baomidou.dynamic.datasource.annotation.DSTransactional;
import com.baomidou.dynamic.datasource.spring.boot.autoconfigure.DynamicDataSourceAutoConfiguration;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * dynamic-datasource with two sources: {@code master} in Druid and {@code second} in
 * HikariCP.
 */
@EnabledIfServer
@SpringBootTest(classes = DynamicDataSourceTests.Application.class)
class DynamicDataSourceTests {

	private static LibraryDatabase master;

	private static LibraryDatabase second;

	@Autowired
	private Orders orders;

	@Autowired
	private Work work;

	@Autowired
	private DynamicRoutingDataSource router;

	@DynamicPropertySource
	static void databases(DynamicPropertyRegistry registry) {
		master = LibraryDatabase.create("dynamic_master", "", registry);
		second = LibraryDatabase.create("dynamic_second", "", registry);
		registry.add("spring.datasource.dynamic.primary", () -> "master");
		registry.add("spring.datasource.dynamic.strict", () -> "true");
		registry.add("spring.datasource.dynamic.datasource.master.type", DruidDataSource.class::getName);
		registry.add("spring.datasource.dynamic.datasource.second.type", HikariDataSource.class::getName);
		for (String name : List.of("master", "second")) {
			String source = "spring.datasource.dynamic.datasource." + name;
			registry.add(source + ".url", () -> (name.equals("master") ? master : second).url());
			registry.add(source + ".username", ServerUnderTest.get()::username);
			registry.add(source + ".password", ServerUnderTest.get()::password);
		}
	}

	@BeforeEach
	void tables() {
		for (LibraryDatabase database : List.of(master, second)) {
			for (String table : List.of("kept", "gone", "item")) {
				database.execute("DROP TABLE IF EXISTS " + table);
			}
			database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
		}
	}

	@Test
	void theBeanIsTheRouter() {
		assertThat(this.router.getDataSources()).containsOnlyKeys("master", "second");
	}

	@Test
	void commitsARowAndACloneInTheSourceOfAMethod() {
		this.orders.inSecond("kept", false);
		assertThat(second.count("item")).isEqualTo(1);
		assertThat(second.count("kept")).isEqualTo(1);
		assertThat(master.hasTable("kept")).isFalse();
	}

	@Test
	void rollsARowAndACloneBackInTheSourceOfAMethod() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.orders.inSecond("gone", true));
		assertThat(second.count("item")).isZero();
		assertThat(second.hasTable("gone")).isFalse();
	}

	@Test
	void commitsARowAndACloneInThePrimarySource() {
		this.work.commit(() -> this.orders.insertAndClone("kept"));
		assertThat(master.count("kept")).isEqualTo(1);
		assertThat(second.count("item")).isZero();
	}

	@Test
	void commitsInBothSources() {
		this.orders.inBoth(false);
		assertThat(master.count("item")).isEqualTo(2);
		assertThat(second.count("item")).isEqualTo(2);
	}

	@Test
	void rollsBackInBothSources() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.orders.inBoth(true));
		assertThat(master.count("item")).isZero();
		assertThat(second.count("item")).isZero();
	}

	@Test
	void aCloneSentAsTextIsPartOfATransactionOverBothSources() {
		assumeThat(ServerUnderTest.get().isNewer())
			.as("a transaction of this server that makes a table keeps all others from making one")
			.isFalse();
		this.orders.cloneInBoth("kept", false);
		assertThat(master.count("kept")).isEqualTo(1);
		assertThat(second.count("kept")).isEqualTo(1);
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.orders.cloneInBoth("gone", true));
		assertThat(master.hasTable("gone")).isFalse();
		assertThat(second.hasTable("gone")).isFalse();
	}

	@Test
	void refusesAnOperationInATransactionOverBothSources() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.orders.operationInBoth("gone"))
			.withMessageContaining("Use @Transactional");
		assertThat(master.count("item")).isZero();
		assertThat(master.hasTable("gone")).isFalse();
	}

	public static class Orders {

		private final Rows rows;

		private final JdbcTemplate jdbc;

		private final CloneOperations clones;

		Orders(Rows rows, JdbcTemplate jdbc, CloneOperations clones) {
			this.rows = rows;
			this.jdbc = jdbc;
			this.clones = clones;
		}

		@DS("second")
		@Transactional
		public void inSecond(String clone, boolean failing) {
			insertAndClone(clone);
			if (failing) {
				throw new OnPurposeException();
			}
		}

		public void insertAndClone(String clone) {
			this.jdbc.update("INSERT INTO item VALUES (1)");
			this.clones.cloneTable(TableName.of("item"), TableName.of(clone));
		}

		@DSTransactional
		public void inBoth(boolean failing) {
			for (int id = 1; id <= 2; id++) {
				this.rows.master("INSERT INTO item VALUES (" + id + ')');
				this.rows.second("INSERT INTO item VALUES (" + id + ')');
			}
			if (failing) {
				throw new OnPurposeException();
			}
		}

		@DSTransactional
		public void cloneInBoth(String clone, boolean failing) {
			for (String statement : List.of("INSERT INTO item VALUES (" + (failing ? 2 : 1) + ')',
					"CREATE TABLE " + clone + " CLONE item")) {
				this.rows.master(statement);
				this.rows.second(statement);
			}
			if (failing) {
				throw new OnPurposeException();
			}
		}

		@DSTransactional
		public void operationInBoth(String clone) {
			insertAndClone(clone);
		}

	}

	public static class Rows {

		private final JdbcTemplate jdbc;

		Rows(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@DS("master")
		public void master(String sql) {
			this.jdbc.execute(sql);
		}

		@DS("second")
		public void second(String sql) {
			this.jdbc.execute(sql);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ImportAutoConfiguration(DynamicDataSourceAutoConfiguration.class)
	@Import({ Orders.class, Rows.class, Work.class })
	static class Application {

	}

}
