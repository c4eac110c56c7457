package io.github.matrixone.spring.contract.sandbox;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a run leaves whose process is killed in the middle of a test, and that the next
 * run takes it away.
 */
@EnabledIfServer
public class KilledRunTests {

	private static final int KILLED = 137;

	private JdbcTemplate server;

	@BeforeEach
	@AfterEach
	void dropAll() {
		this.server = ServerUnderTest.get().plainJdbc("");
		databases().forEach((database) -> this.server.execute("DROP DATABASE IF EXISTS `" + database + "`"));
		if (!this.server.queryForList("SHOW DATABASES LIKE 'matrixone_sandbox'").isEmpty()) {
			this.server.update("DELETE FROM matrixone_sandbox.template WHERE origin = 'contract_killed'");
		}
	}

	@Test
	void isClearedAwayByTheNext() throws Exception {
		this.server.execute("CREATE DATABASE contract_killed_sandbox_of_somebody_1");
		assertThat(run("kill")).isEqualTo(KILLED);
		assertThat(databases())
			.filteredOn((database) -> database.matches("contract_killed_(base|sandbox)_\\w{10}_\\d+"))
			.hasSizeBetween(2, 3);
		assertThat(run("go on")).isZero();
		assertThat(databases()).hasSize(3)
			.contains("contract_killed", "contract_killed_sandbox_of_somebody_1")
			.anyMatch((database) -> database.startsWith("contract_killed_template_"));
	}

	@Test
	void isLeftAloneWhileItIsAlive() throws Exception {
		Process waiting = start("wait");
		try {
			assertThat(waiting.inputReader().lines().peek(System.out::println).anyMatch("IN THE TEST"::equals))
				.isTrue();
			List<String> before = databases();
			assertThat(run("go on")).isZero();
			assertThat(databases()).containsAll(before);
		}
		finally {
			waiting.destroyForcibly().waitFor();
		}
		assertThat(run("go on")).isZero();
		assertThat(databases()).hasSize(2);
	}

	private List<String> databases() {
		return this.server.queryForList("SHOW DATABASES LIKE 'contract_killed%'", String.class);
	}

	private static int run(String what) throws Exception {
		Process process = start(what);
		process.inputReader().lines().forEach(System.out::println);
		assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
		return process.exitValue();
	}

	private static Process start(String what) throws Exception {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		ProcessBuilder builder = new ProcessBuilder(java.toString(), "-cp", classPath, KilledRunTests.class.getName(),
				what);
		return builder.redirectErrorStream(true).directory(new File(".")).start();
	}

	public static void main(String[] arguments) {
		Victim.what = arguments[0];
		System.exit(Fixtures.failures(Fixtures.run(Victim.class)).isEmpty() ? 0 : 1);
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = { "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
					"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql" })
	@MatrixOneSandbox
	static class Victim {

		static String what;

		@Autowired
		ProductRepository products;

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, "contract_killed?createDatabaseIfNotExist=true");
		}

		@Test
		void isInTheTest() throws Exception {
			this.products.save(new Product("plum", 1));
			assertThat(this.products.count()).isEqualTo(3);
			if (what.equals("kill")) {
				Runtime.getRuntime().halt(KILLED);
			}
			if (what.equals("wait")) {
				System.out.println("IN THE TEST");
				System.in.read();
			}
		}

	}

}
