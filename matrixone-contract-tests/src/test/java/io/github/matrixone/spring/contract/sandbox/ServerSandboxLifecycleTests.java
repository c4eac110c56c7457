package io.github.matrixone.spring.contract.sandbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.client.RestClient;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.Sandbox;
import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Sandboxes of all kinds of tests, on a server.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class ServerSandboxLifecycleTests {

	private final JdbcTemplate server = ServerUnderTest.get().plainJdbc("");

	@Test
	void ofRequestsToARunningServer() {
		Fixtures.assertAllSucceed(6, Fixtures.runInParallel(Web.One.class, Web.Other.class));
	}

	@Test
	void ofMockedRequests() {
		Fixtures.assertAllSucceed(4, Fixtures.runInParallel(Mocked.class));
	}

	@Test
	void ofSlices() {
		Fixtures.assertAllSucceed(4, Fixtures.run(JpaSlice.class, JdbcSlice.class));
	}

	@Test
	void ofTestsAtTheSameTime() {
		Meeting.tests = new CyclicBarrier(4);
		Fixtures.assertAllSucceed(4, Fixtures.runInParallel(Meeting.One.class, Meeting.Other.class));
	}

	@Test
	void areKeptWithTheirRowsIfTheirTestFailsAndItIsToldSo(CapturedOutput output) {
		assertThat(Fixtures.failures(Fixtures.run(Failing.class))).singleElement()
			.satisfies((failure) -> assertThat(failure).hasMessageContaining("on purpose"));
		Matcher kept = Pattern.compile("Failing.fails failed: its database is kept as (\\w+)\\.").matcher(output);
		assertThat(kept.find()).isTrue();
		assertThat(this.server.queryForList("SELECT name FROM " + kept.group(1) + ".product", String.class))
			.containsExactlyInAnyOrder("apple", "pear", "plum");
		this.server.execute("DROP DATABASE " + kept.group(1));
	}

	@Test
	void areMissedClearlyIfTheyCanNoLongerBeMade() {
		this.server.execute("CREATE DATABASE IF NOT EXISTS contract_gone");
		assertThat(Fixtures.failures(Fixtures.run(WithoutBase.class))).isNotEmpty()
			.allSatisfy((failure) -> assertThat(failure).isInstanceOf(SandboxException.class)
				.hasMessageContaining("No sandbox could be made of contract_gone_base_")
				.hasMessageContaining("There is no database contract_gone_base_"));
		this.server.execute("DROP DATABASE contract_gone");
	}

	@Test
	void areNotPassedByByASecondDataSource(CapturedOutput output) {
		assertThat(Fixtures.failures(Fixtures.run(TwoDataSources.class))).isNotEmpty();
		assertThat(output).contains("No sandbox can be made",
				"The DataSource bean second leads to the same database as " + "first, which has the sandboxes");
	}

	@Test
	void areThoseOfADataSourceThatGivesThePoolsConnectionsLater() {
		Fixtures.assertAllSucceed(2, Fixtures.run(LazyProxy.class));
	}

	@Test
	void areMadeByAUserThatOnlyPropertiesOfTheDriverName() {
		this.server.execute("DROP DATABASE IF EXISTS contract_sandbox_properties");
		Fixtures.assertAllSucceed(2, Fixtures.run(DriverProperties.class));
		this.server.execute("DROP DATABASE contract_sandbox_properties");
	}

	@ParameterizedTest
	@ValueSource(classes = { Proxied.class, Wrapped.class, Hidden.class })
	void doNotNeedThePoolOfAContextThatIsClosed(Class<?> fixture, CapturedOutput output) {
		Stream.of(fixture.getDeclaredClasses())
			.filter(fixture::isAssignableFrom)
			.forEach((context) -> Fixtures.assertAllSucceed(2, Fixtures.run(context)));
		String origin = OwnDataSource.originOf(fixture);
		assertThat(this.server.queryForList("SHOW DATABASES LIKE '" + origin + "%'", String.class))
			.filteredOn((database) -> !database.startsWith(origin + "_template_"))
			.containsExactly(origin);
		assertThat(output).doesNotContain("could not be dropped");
		this.server.execute("DROP DATABASE " + origin);
	}

	@Test
	void takeTheirCopiesOfThePastWithThem(CapturedOutput output) {
		PastBeside.tests = new CyclicBarrier(2);
		Fixtures.assertAllSucceed(2, Fixtures.run(Past.class));
		Fixtures.assertAllSucceed(2, Fixtures.runInParallel(PastBeside.class));
		assertThat(this.server.queryForList("SHOW DATABASES LIKE 'past_of_contract_sandbox_%'", String.class))
			.isEmpty();
		assertThat(output).doesNotContain("drop it yourself");
	}

	@Test
	void needThePrivilegeToMakeDatabases(CapturedOutput output) {
		this.server.execute("CREATE DATABASE IF NOT EXISTS contract_sandbox");
		this.server.execute("DROP USER IF EXISTS contract_sandbox_user");
		this.server.execute("DROP ROLE IF EXISTS contract_sandbox_role");
		this.server.execute("CREATE ROLE contract_sandbox_role");
		this.server.execute("GRANT CONNECT ON ACCOUNT * TO contract_sandbox_role");
		this.server.execute("GRANT ALL ON DATABASE contract_sandbox TO contract_sandbox_role");
		this.server.execute("GRANT ALL ON TABLE contract_sandbox.* TO contract_sandbox_role");
		this.server.execute("CREATE USER contract_sandbox_user IDENTIFIED BY '111' DEFAULT ROLE contract_sandbox_role");
		try {
			assertThat(Fixtures.failures(Fixtures.run(Unprivileged.class))).isNotEmpty();
			String grants = "GRANT CREATE DATABASE, DROP DATABASE ON ACCOUNT *; GRANT ALL ON DATABASE *; "
					+ "GRANT ALL ON TABLE *.*";
			assertThat(output).contains("No sandbox can be made",
					"The user of the data source may not make databases for sandboxes",
					"Let an administrator grant its role: " + grants);
			for (String grant : grants.split("; ")) {
				this.server.execute(grant + " TO contract_sandbox_role");
			}
			Fixtures.assertAllSucceed(1, Fixtures.run(Privileged.class));
		}
		finally {
			this.server.execute("DROP USER contract_sandbox_user");
			this.server.execute("DROP ROLE contract_sandbox_role");
		}
	}

	@MatrixOneSandbox
	@TestPropertySource(properties = { "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql" })
	abstract static class Fixture {

		@Autowired
		JdbcTemplate jdbc;

		@Autowired
		Sandbox sandbox;

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, "contract_sandbox?createDatabaseIfNotExist=true");
		}

		void addOne() {
			assertThat(count()).isEqualTo(2);
			this.jdbc.update("INSERT INTO product (name, stock) VALUES ('plum', 1)");
			assertThat(count()).isEqualTo(3);
		}

		int count() {
			return this.jdbc.queryForObject("SELECT COUNT(*) FROM product", Integer.class);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, classes = SandboxApplication.class)
	abstract static class Web extends Fixture {

		@LocalServerPort
		int port;

		@RepeatedTest(3)
		void addsOneByARequest() {
			RestClient client = RestClient.create("http://127.0.0.1:" + this.port);
			assertThat(client.get().uri("/add").retrieve().body(String.class)).isEqualTo("3");
			assertThat(count()).isEqualTo(3);
			assertThat(this.sandbox).hasInserted("product", 1).hasChangedOnly("product");
		}

		static class One extends Web {

		}

		static class Other extends Web {

		}

	}

	@SpringBootTest(classes = SandboxApplication.class)
	@AutoConfigureMockMvc
	static class Mocked extends Fixture {

		@Autowired
		MockMvcTester mvc;

		@RepeatedTest(4)
		void addsOneByARequest() {
			assertThat(this.mvc.get().uri("/add")).hasStatusOk().bodyText().isEqualTo("3");
			assertThat(count()).isEqualTo(3);
		}

	}

	@DataJpaTest
	static class JpaSlice extends Fixture {

		@Autowired
		ProductRepository products;

		@RepeatedTest(2)
		void commitsForReal() {
			assertThat(this.products.count()).isEqualTo(2);
			this.products.save(new Product("plum", 1));
			assertThat(this.sandbox).hasInserted("product", 1);
			TestTransaction.flagForCommit();
			TestTransaction.end();
			assertThat(this.sandbox).hasInserted("product", 1);
		}

	}

	@JdbcTest
	static class JdbcSlice extends Fixture {

		@RepeatedTest(2)
		void addsOne() {
			addOne();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	abstract static class Meeting extends Fixture {

		static CyclicBarrier tests;

		@RepeatedTest(2)
		void addsOneBesideOthers() throws Exception {
			addOne();
			tests.await(60, TimeUnit.SECONDS);
			assertThat(count()).isEqualTo(3);
			assertThat(this.sandbox).hasInserted("product", 1);
			tests.await(60, TimeUnit.SECONDS);
		}

		static class One extends Meeting {

		}

		static class Other extends Meeting {

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@DirtiesContext
	@MatrixOneSandbox
	@TestPropertySource(properties = { "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql" })
	static class WithoutBase {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest.get().register(registry, "contract_gone");
		}

		@RepeatedTest(4)
		void dropsTheBase(@Autowired ProductRepository products) {
			assertThat(products.count()).isEqualTo(2);
			JdbcTemplate server = ServerUnderTest.get().plainJdbc("");
			server.queryForList("SHOW DATABASES LIKE 'contract_gone_base_%'", String.class)
				.forEach((base) -> server.execute("DROP DATABASE `" + base + "`"));
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TwoDataSources.Beans.class)
	@DirtiesContext
	static class TwoDataSources extends Fixture {

		@Test
		void isNotReached() {
		}

		@Configuration(proxyBeanMethods = false)
		@EnableAutoConfiguration
		static class Beans {

			@Bean
			@Primary
			DataSource first(DataSourceProperties properties) {
				return properties.initializeDataSourceBuilder().build();
			}

			@Bean
			DataSource second(DataSourceProperties properties) {
				return properties.initializeDataSourceBuilder().build();
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@Import(LazyProxy.Beans.class)
	@DirtiesContext
	static class LazyProxy extends Fixture {

		@RepeatedTest(2)
		void addsOne(@Autowired @Qualifier("around") DataSource around) {
			addOne();
			assertThat(new JdbcTemplate(around).queryForObject("SELECT COUNT(*) FROM product", Integer.class))
				.isEqualTo(3);
		}

		@Configuration(proxyBeanMethods = false)
		static class Beans {

			@Bean
			DataSource pool(DataSourceProperties properties) {
				return properties.initializeDataSourceBuilder().build();
			}

			@Bean
			@Primary
			DataSource lazy(@Qualifier("pool") DataSource pool) {
				return new LazyConnectionDataSourceProxy(new DelegatingDataSource(pool));
			}

			@Bean
			DataSource around(@Qualifier("lazy") DataSource lazy) {
				return new TransactionAwareDataSourceProxy(lazy);
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@TestPropertySource(properties = { "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql", "spring.datasource.username=",
			"spring.datasource.password=",
			"spring.datasource.hikari.data-source-properties.createDatabaseIfNotExist=true" })
	@MatrixOneSandbox
	@DirtiesContext
	static class DriverProperties {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			ServerUnderTest server = ServerUnderTest.get();
			registry.add("spring.datasource.url", () -> server.url() + "contract_sandbox_properties");
			registry.add("spring.datasource.hikari.data-source-properties.user", server::username);
			registry.add("spring.datasource.hikari.data-source-properties.password", server::password);
		}

		@RepeatedTest(2)
		void addsOne(@Autowired ProductRepository products) {
			products.save(new Product("plum", 1));
			assertThat(products.count()).isEqualTo(3);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@MatrixOneSandbox
	@DirtiesContext
	@TestPropertySource(properties = { "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql" })
	abstract static class OwnDataSource {

		@RepeatedTest(2)
		void addsOne(@Autowired JdbcTemplate jdbc) {
			jdbc.update("INSERT INTO product (name, stock) VALUES ('plum', 1)");
			assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM product", Integer.class)).isEqualTo(3);
		}

		static String originOf(Class<?> fixture) {
			return "contract_" + fixture.getSimpleName().toLowerCase(Locale.ROOT);
		}

		static void register(DynamicPropertyRegistry registry, Class<?> fixture) {
			ServerUnderTest.get().register(registry, originOf(fixture) + "?createDatabaseIfNotExist=true");
		}

	}

	/**
	 * Its pool is protected, and its settings cannot be read.
	 */
	@Import(Proxied.Beans.class)
	abstract static class Proxied extends OwnDataSource {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			register(registry, Proxied.class);
		}

		static class One extends Proxied {

		}

		@TestPropertySource(properties = "next=true")
		static class Next extends Proxied {

		}

		@Configuration(proxyBeanMethods = false)
		static class Beans {

			@Bean
			DataSource dataSource(DataSourceProperties properties) {
				return ProxyDataSourceBuilder.create(properties.initializeDataSourceBuilder().build()).build();
			}

		}

	}

	/**
	 * Connections beside its own come from the pool, too.
	 */
	@Import(Wrapped.Beans.class)
	abstract static class Wrapped extends OwnDataSource {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			register(registry, Wrapped.class);
		}

		static class One extends Wrapped {

		}

		@TestPropertySource(properties = "next=true")
		static class Next extends Wrapped {

		}

		@Configuration(proxyBeanMethods = false)
		static class Beans {

			@Bean
			DataSource dataSource(DataSourceProperties properties) {
				return new OwnWrapper(new HiddenPool(properties));
			}

		}

		static final class OwnWrapper extends MatrixOneDataSource implements AutoCloseable {

			private final HiddenPool pool;

			OwnWrapper(HiddenPool pool) {
				super(pool);
				this.pool = pool;
			}

			@Override
			public void close() {
				this.pool.close();
			}

		}

	}

	/**
	 * Its pool is not protected.
	 */
	@Import(Hidden.Beans.class)
	abstract static class Hidden extends OwnDataSource {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			register(registry, Hidden.class);
		}

		static class One extends Hidden {

		}

		@TestPropertySource(properties = "next=true")
		static class Next extends Hidden {

		}

		@Configuration(proxyBeanMethods = false)
		static class Beans {

			@Bean
			HiddenPool dataSource(DataSourceProperties properties) {
				return new HiddenPool(properties);
			}

		}

	}

	/**
	 * Tells nobody what it takes its connections from.
	 */
	private static final class HiddenPool extends AbstractDataSource implements AutoCloseable {

		private final Supplier<HikariDataSource> pool;

		HiddenPool(DataSourceProperties properties) {
			HikariDataSource pool = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			this.pool = () -> pool;
		}

		@Override
		public Connection getConnection() throws SQLException {
			return this.pool.get().getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return this.pool.get().getConnection(username, password);
		}

		@Override
		public void close() {
			this.pool.get().close();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@MatrixOneSandbox(keepOnFailure = true)
	static class Failing extends Fixture {

		@Test
		void fails() {
			addOne();
			fail("on purpose");
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@DirtiesContext
	abstract static class ReadsPast extends Fixture {

		void read(SnapshotOperations snapshots, PastOperations past) {
			SnapshotName snapshot = SnapshotName.of("past_" + this.sandbox.database());
			snapshots.create(snapshot, SnapshotScope.database(this.sandbox.database()));
			try {
				addOne();
				assertThat(past.asOf(snapshot).execute(this::count)).isEqualTo(2);
			}
			finally {
				snapshots.drop(snapshot);
			}
		}

	}

	static class Past extends ReadsPast {

		@RepeatedTest(2)
		void isRead(@Autowired SnapshotOperations snapshots, @Autowired PastOperations past) {
			read(snapshots, past);
		}

	}

	@TestPropertySource(properties = "matrixone.past.keep-at-most=0")
	static class PastBeside extends ReadsPast {

		static CyclicBarrier tests;

		@RepeatedTest(2)
		void isReadBesideOthers(@Autowired SnapshotOperations snapshots, @Autowired PastOperations past)
				throws Exception {
			tests.await(60, TimeUnit.SECONDS);
			read(snapshots, past);
			Thread.sleep(500);
			tests.await(60, TimeUnit.SECONDS);
		}

	}

	@TestPropertySource(properties = "privileged=true")
	static class Privileged extends Unprivileged {

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class)
	@TestPropertySource(properties = { "spring.datasource.username=contract_sandbox_user",
			"spring.datasource.password=111", "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
			"spring.sql.init.data-locations=classpath:sandbox/sequence-server.sql" })
	@MatrixOneSandbox
	@DirtiesContext
	static class Unprivileged {

		@DynamicPropertySource
		static void server(DynamicPropertyRegistry registry) {
			registry.add("spring.datasource.url", () -> ServerUnderTest.get().url() + "contract_sandbox");
		}

		@Autowired
		ProductRepository products;

		@Test
		void addsOne() {
			this.products.save(new Product("plum", 1));
			assertThat(this.products.count()).isEqualTo(3);
		}

	}

}
