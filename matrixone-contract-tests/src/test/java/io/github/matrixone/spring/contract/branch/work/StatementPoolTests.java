package io.github.matrixone.spring.contract.branch.work;

import java.util.Objects;

import javax.sql.DataSource;

import org.apache.commons.dbcp2.BasicDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work in a branch beneath pools that keep prepared statements.
 */
@EnabledIfServer
class StatementPoolTests {

	private static final DatabaseName MAIN = DatabaseName.of("ct_branch_pool");

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_pool_draft");

	private final ServerUnderTest server = ServerUnderTest.get();

	private final JdbcTemplate plain = this.server.plainJdbc("mo_catalog");

	@BeforeEach
	void create() {
		clean();
		this.plain.execute("CREATE DATABASE " + MAIN.quoted());
		this.plain.execute("CREATE TABLE " + MAIN.quoted() + ".item (id INT PRIMARY KEY, name VARCHAR(20))");
		this.plain.update("INSERT INTO " + MAIN.quoted() + ".item VALUES (1, 'parent')");
	}

	@AfterEach
	void clean() {
		this.plain.execute("DROP DATABASE IF EXISTS " + DRAFT.quoted());
		this.plain.execute("DROP DATABASE IF EXISTS " + MAIN.quoted());
	}

	@Test
	void dbcpKeepsStatements() throws Exception {
		try (BasicDataSource pool = new BasicDataSource()) {
			pool.setDriverClassName(MatrixOneDriver.class.getName());
			pool.setUrl(this.server.url() + MAIN.value());
			pool.setUsername(this.server.username());
			pool.setPassword(this.server.password());
			pool.setMaxTotal(1);
			pool.setPoolPreparedStatements(true);
			assertFollows(pool);
		}
	}

	@Test
	void tomcatKeepsStatements() {
		org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
		pool.setDriverClassName(MatrixOneDriver.class.getName());
		pool.setUrl(this.server.url() + MAIN.value());
		pool.setUsername(this.server.username());
		pool.setPassword(this.server.password());
		pool.setMaxActive(1);
		pool.setInitialSize(1);
		pool.setJdbcInterceptors("StatementCache(prepared=true)");
		try {
			assertFollows(pool);
		}
		finally {
			pool.close();
		}
	}

	private void assertFollows(DataSource pool) {
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		BranchTemplate branches = new BranchTemplate(new CommandExecutor(pool, new ServerBackend()));
		branches.createDatabase(MAIN, DRAFT);
		for (int i = 0; i < 3; i++) {
			String name = "branch " + i;
			assertThat(name(jdbc)).isEqualTo("parent");
			branches.in(DRAFT, () -> {
				assertThat(jdbc.update("UPDATE item SET name = ? WHERE id = ?", name, 1)).isEqualTo(1);
				assertThat(name(jdbc)).isEqualTo(name);
			});
		}
		branches.in(DRAFT, () -> jdbc.update("UPDATE item SET id = ? WHERE name = ?", 2, "branch 2"));
		assertThat(jdbc.update("UPDATE item SET id = ? WHERE name = ?", 3, "parent")).isEqualTo(1);
		assertThat(this.plain.queryForObject("SELECT id FROM " + MAIN.quoted() + ".item", Integer.class)).isEqualTo(3);
		assertThat(this.plain.queryForObject("SELECT id FROM " + DRAFT.quoted() + ".item", Integer.class)).isEqualTo(2);
	}

	private static String name(JdbcTemplate jdbc) {
		return Objects.requireNonNull(jdbc.queryForObject("SELECT name FROM item WHERE id = ?", String.class, 1));
	}

}
