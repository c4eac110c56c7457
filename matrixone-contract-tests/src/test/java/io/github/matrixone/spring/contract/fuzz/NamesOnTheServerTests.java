package io.github.matrixone.spring.contract.fuzz;

import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server stores under the very name what is created with one of our names, or refuses
 * it.
 */
@EnabledIfServer
class NamesOnTheServerTests {

	private static final String PREFIX = "ct_fuzz_name_";

	private static final String[] PARTS = { "a", "Z", "0", "_", "$", "-", ".", "%", ";", "#", "--", "/*", "*/", "//",
			"(", ")", "{", "}", "@", ":", "?", "=", "&", "<", "select", "table", "é", "ß", "表", "\uD83D\uDE00", "'",
			"\"", "`", "\\", " ", "\t", "\u00A0", "\u0130", "\u03A3", "x".repeat(20) };

	private final long seed = new Random().nextLong();

	private final Random random = new Random(this.seed);

	private SingleConnectionDataSource dataSource;

	private JdbcTemplate jdbc;

	@BeforeEach
	void connect() {
		ServerUnderTest server = ServerUnderTest.get();
		this.dataSource = new SingleConnectionDataSource(server.url(), server.username(), server.password(), true);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("DROP DATABASE IF EXISTS ct_fuzz_names");
		this.jdbc.execute("CREATE DATABASE ct_fuzz_names");
	}

	@AfterEach
	void dropAll() {
		for (String snapshot : this.jdbc.queryForList("SELECT sname FROM mo_catalog.mo_snapshots", String.class)) {
			if (snapshot.startsWith(PREFIX)) {
				this.jdbc.execute("DROP SNAPSHOT `" + snapshot + "`");
			}
		}
		for (String database : this.jdbc.queryForList("SHOW DATABASES", String.class)) {
			if (database.startsWith(PREFIX)) {
				this.jdbc.execute("DROP DATABASE `" + database.replace("`", "``") + "`");
			}
		}
		this.jdbc.execute("DROP DATABASE ct_fuzz_names");
		this.dataSource.destroy();
	}

	@Test
	void areStoredAsTheyAre() {
		int stored = 0;
		for (int i = 0; i < 100; i++) {
			String name = name();
			try {
				create(name);
				stored++;
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex.getMessage()).as(name).startsWith("The name of a ");
			}
		}
		assertThat(stored).as("seed " + this.seed).isGreaterThan(10);
	}

	private void create(String name) {
		TableName table = TableName.of("ct_fuzz_names", name);
		this.jdbc.execute("CREATE TABLE " + table.quoted() + " (id INT)");
		assertThat(this.jdbc.queryForList("SHOW TABLES FROM ct_fuzz_names", String.class)).as("seed " + this.seed)
			.containsExactly(table.normalizedName());
		this.jdbc.execute("DROP TABLE " + table.quoted());
		DatabaseName database = DatabaseName.of(name);
		this.jdbc.execute("CREATE DATABASE " + database.quoted());
		assertThat(this.jdbc.queryForList("SHOW DATABASES", String.class)).as("seed " + this.seed)
			.contains(database.normalized());
		this.jdbc.execute("DROP DATABASE " + database.quoted());
		assertThat(this.jdbc.queryForList("SHOW DATABASES", String.class)).as("seed " + this.seed)
			.contains("ct_fuzz_names")
			.doesNotContain(database.normalized());
		SnapshotName snapshot = SnapshotName.of(name);
		this.jdbc.execute("CREATE SNAPSHOT " + snapshot.quoted() + " FOR DATABASE ct_fuzz_names");
		assertThat(this.jdbc.queryForList("SELECT sname FROM mo_catalog.mo_snapshots", String.class))
			.filteredOn((stored) -> stored.startsWith(PREFIX))
			.as("seed " + this.seed)
			.containsExactly(snapshot.normalized());
		this.jdbc.execute("DROP SNAPSHOT " + snapshot.quoted());
	}

	private String name() {
		StringBuilder name = new StringBuilder(PREFIX);
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			name.append(PARTS[this.random.nextInt(PARTS.length)]);
		}
		return name.toString();
	}

}
