package io.github.matrixone.spring.contract.branch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More changed rows than a process has memory for: they would take several hundred MB.
 */
@EnabledIfServer
@Tag("slow")
@Timeout(300)
class LargeDiffTests {

	private static final String DATABASE = "ct_large_diff";

	private static final String MEMORY = "-Xmx64m";

	private static final int ROWS = 1_000_000;

	@BeforeAll
	static void setUp() {
		JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");
		plain.execute("DROP DATABASE IF EXISTS " + DATABASE);
		plain.execute("CREATE DATABASE " + DATABASE);
		JdbcTemplate jdbc = ServerUnderTest.get().plainJdbc(DATABASE);
		jdbc.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(200), price INT)");
		jdbc.update("INSERT INTO item SELECT result, concat('name of ', result, repeat('.', 60)), 1 "
				+ "FROM generate_series(1, " + ROWS + ") g");
		jdbc.execute("DATA BRANCH CREATE TABLE draft FROM item");
		jdbc.update("UPDATE draft SET price = 2 WHERE id > 0");
	}

	@AfterAll
	static void tearDown() {
		ServerUnderTest.get().plainJdbc("").execute("DROP DATABASE " + DATABASE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc", "r2dbc", "patch", "r2dbc-patch" })
	void passWithoutBeingHeld(String engine) throws Exception {
		assertThat(read(engine).strip()).endsWith("" + ROWS);
	}

	private static String read(String how) throws IOException, InterruptedException {
		ServerUnderTest server = ServerUnderTest.get();
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), MEMORY,
				"-XX:+ExitOnOutOfMemoryError", "-cp", classPath, LargeDiff.class.getName(), how,
				server.url() + DATABASE, server.username(), server.password(), "draft")
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
		return output;
	}

}
