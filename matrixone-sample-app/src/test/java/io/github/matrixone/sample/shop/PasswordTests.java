package io.github.matrixone.sample.shop;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.aot.DisabledInAotMode;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;

import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.journal.JournalRecovery;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The password of the data source is nowhere to be read: not in the log, in exceptions,
 * in the actuator's answers or in what beans say of themselves.
 */
@DisabledInAotMode("The applications are started here, so that they are not processed ahead of time")
@ExtendWith(OutputCaptureExtension.class)
@Tag("slow")
class PasswordTests {

	private static final String PASSWORD = "pw-Grep4Me";

	private static final String UNREACHABLE = "jdbc:mysql://127.0.0.1:1/ct_password?connectTimeout=500";

	private static final String OUR_PACKAGE = "io.github.matrixone";

	private static final String DIALECT = "--spring.jpa.database-platform=io.github.matrixone.spring.hibernate."
			+ "MatrixOneDialect";

	private static final String[] ENDPOINTS = { "health", "configprops", "env", "info", "beans", "conditions",
			"loggers", "mappings", "metrics", "scheduledtasks" };

	@Test
	void isNotToldByTheSimulator(CapturedOutput output) throws Exception {
		search(output, true, "--spring.datasource.password=" + PASSWORD);
		assertThat(output).contains("SIMULATOR");
	}

	@Test
	void isNotToldWhenTheServerIsUnreachable(CapturedOutput output) throws Exception {
		search(output, false, url(UNREACHABLE), "--spring.datasource.username=root",
				"--spring.datasource.password=" + PASSWORD, "--spring.sql.init.mode=never", DIALECT);
		assertThat(output).contains("The journal could not be read").contains("Communications link failure");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--spring.sql.init.mode=always", "--spring.sql.init.mode=never" })
	void isNotToldWhenTheApplicationCannotStart(String initialization, CapturedOutput output) {
		Throwable failure = catchThrowable(() -> start(url(UNREACHABLE), "--spring.datasource.username=root",
				"--spring.datasource.password=" + PASSWORD, initialization));
		assertThat(text(failure)).doesNotContain(PASSWORD);
		assertThat(output).contains("APPLICATION FAILED TO START").doesNotContain(PASSWORD);
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mysql://127.0.0.1:1/ct_password?user=root&password=" + PASSWORD,
			"jdbc:mysql://root:" + PASSWORD + "@127.0.0.1:1/ct_password",
			"jdbc:mysql://(host=127.0.0.1,port=1,user=root,password=" + PASSWORD + ")/ct_password",
			"jdbc:mysql://127.0.0.1:1,127.0.0.1:1/ct_password?user=root&password=" + PASSWORD })
	void isNotToldWhenTheApplicationCannotStartWithItInTheUrl(String url, CapturedOutput output) {
		Throwable failure = catchThrowable(() -> start(url(url)));
		assertThat(text(failure)).doesNotContain(PASSWORD);
		assertThat(output).contains("APPLICATION FAILED TO START").doesNotContain(PASSWORD);
	}

	@Test
	void isNotToldWhenTheServerIsUnreachableWithItInTheUrl(CapturedOutput output) throws Exception {
		search(output, false, url(UNREACHABLE + "&user=root&password=" + PASSWORD), "--spring.sql.init.mode=never",
				DIALECT);
	}

	@Test
	@EnabledIfEnvironmentVariable(named = "MATRIXONE_URL", matches = ".+")
	void isNotToldWhenItIsWrong(CapturedOutput output) throws Exception {
		search(output, false, url(System.getenv("MATRIXONE_URL")), "--spring.datasource.username=root",
				"--spring.datasource.password=" + PASSWORD, "--spring.sql.init.mode=never", DIALECT);
		assertThat(output).contains("Access denied");
	}

	@Test
	@EnabledIfEnvironmentVariable(named = "MATRIXONE_URL", matches = ".+")
	void isNotToldByAServer(CapturedOutput output) throws Exception {
		inAccount(() -> {
			search(output, true, url(ServerAccount.url()), "--spring.datasource.username=ct_password:ct_admin",
					"--spring.datasource.password=" + PASSWORD, "--matrixone.journal.initialize-schema=always");
			assertThat(output).contains("transactions begin with BEGIN");
		});
	}

	/**
	 * Hibernate prints the URL as it is, which is not ours to change.
	 */
	@Test
	@EnabledIfEnvironmentVariable(named = "MATRIXONE_URL", matches = ".+")
	void isNotToldByAServerWithItInTheUrl(CapturedOutput output) throws Exception {
		inAccount(() -> {
			search(output, true, url(ServerAccount.url() + "&user=ct_password:ct_admin&password=" + PASSWORD),
					"--matrixone.journal.initialize-schema=always", "--logging.level.org.hibernate=warn");
			assertThat(output).contains("transactions begin with BEGIN");
		});
	}

	private static void search(CapturedOutput output, boolean up, String... arguments) throws Exception {
		try (ConfigurableApplicationContext context = start(arguments)) {
			List<Throwable> failures = useEverything(context);
			if (!up) {
				assertThat(failures).hasSizeGreaterThan(10);
			}
			assertThat(failures).allSatisfy((failure) -> assertThat(text(failure)).doesNotContain(PASSWORD));
			for (String endpoint : ENDPOINTS) {
				assertThat(get(context, endpoint)).as(endpoint).isNotEmpty().doesNotContain(PASSWORD);
			}
			assertThat(get(context, "health")).contains("\"matrixOne\":{").contains(up ? "UP" : "DOWN");
			assertThat(descriptions(context)).hasSizeGreaterThan(10)
				.allSatisfy((description) -> assertThat(description).doesNotContain(PASSWORD));
		}
		assertThat(output).doesNotContain(PASSWORD);
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--server.port=0", "--matrixone.journal.enabled=true",
				"--spring.datasource.hikari.connection-timeout=1000",
				"--management.endpoint.health.show-details=always", "--management.endpoints.web.exposure.include=*",
				"--logging.level.io.github.matrixone=trace", "--logging.level.org.springframework.boot.jdbc=debug"));
		return new SpringApplicationBuilder(Application.class).run(all.toArray(String[]::new));
	}

	/**
	 * What becomes of the work does not matter here, but for what its exceptions say.
	 */
	private static List<Throwable> useEverything(ConfigurableApplicationContext context) {
		SnapshotOperations snapshots = context.getBean(SnapshotOperations.class);
		CloneOperations clones = context.getBean(CloneOperations.class);
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		SnapshotName name = SnapshotName.of("ct_password_one");
		DatabaseName database = DatabaseName.of("ct_password");
		SnapshotScope scope = SnapshotScope.database(database);
		TableName table = TableName.of("ct_password", "product");
		TableName copy = TableName.of("ct_password", "product_copy");
		ObjectProvider<JournalRecovery> recovery = context.getBeanProvider(JournalRecovery.class);
		List<Throwable> failures = new ArrayList<>();
		attempt(failures, snapshots::list, () -> snapshots.create(name, scope), () -> snapshots.create(name, scope),
				() -> snapshots.get(SnapshotName.of("missing")), () -> clones.cloneTable(table, copy),
				() -> clones.cloneTable(table, copy),
				() -> clones.cloneDatabase(DatabaseName.of("missing"), DatabaseName.of("ct_password_copy")),
				() -> context.getBean(RestoreOperations.class).restoreTable(table, name),
				() -> context.getBean(ControlOperations.class).flushTable(table),
				() -> snapshots.tableAt(table, Instant.now()),
				() -> transaction.executeWithoutResult((status) -> snapshots.createAfterCommit(name, scope)),
				() -> transaction.executeWithoutResult((status) -> clones.cloneTableAfterCommit(table, copy)),
				() -> transaction.executeWithoutResult((status) -> context.getBean(ProductRepository.class).count()),
				() -> context.getBean(JdbcTemplate.class).execute("SELECT missing"), () -> snapshots.drop(name),
				() -> snapshots.drop(name), () -> recovery.ifAvailable(JournalRecovery::recover),
				() -> context.getBean(JdbcTemplate.class).execute("DROP TABLE product_copy"));
		return failures;
	}

	private static void attempt(List<Throwable> failures, Runnable... calls) {
		for (Runnable call : calls) {
			Throwable failure = catchThrowable(call::run);
			if (failure != null) {
				failures.add(failure);
			}
		}
	}

	private static List<String> descriptions(ConfigurableApplicationContext context) throws SQLException {
		List<String> descriptions = new ArrayList<>();
		for (String name : context.getBeanDefinitionNames()) {
			Object bean = context.getBean(name);
			if (ClassUtils.getUserClass(bean).getName().startsWith(OUR_PACKAGE) || bean instanceof DataSource
					|| bean instanceof JdbcConnectionDetails) {
				descriptions.add(bean.toString());
			}
		}
		descriptions.add(context.getBean(DataSource.class).unwrap(HikariDataSource.class).toString());
		return descriptions;
	}

	private static String get(ConfigurableApplicationContext context, String endpoint)
			throws IOException, InterruptedException {
		URI uri = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port")
				+ "/actuator/" + endpoint);
		return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
	}

	private static String text(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static String url(String url) {
		return "--spring.datasource.url=" + url;
	}

	private static void inAccount(Work work) throws Exception {
		ServerAccount.execute("DROP ACCOUNT IF EXISTS ct_password");
		ServerAccount.execute("CREATE ACCOUNT ct_password ADMIN_NAME 'ct_admin' IDENTIFIED BY '" + PASSWORD + "'");
		try {
			work.run();
		}
		finally {
			ServerAccount.execute("DROP ACCOUNT ct_password");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackageClasses = ShopApplication.class)
	static class Application {

	}

	private interface Work {

		void run() throws Exception;

	}

	/**
	 * An account of the server, whose administrator has the password.
	 */
	private static final class ServerAccount {

		static String url() {
			return System.getenv("MATRIXONE_URL") + "ct_password?createDatabaseIfNotExist=true";
		}

		static void execute(String sql) throws SQLException {
			try (Connection connection = DriverManager.getConnection(System.getenv("MATRIXONE_URL"),
					System.getenv().getOrDefault("MATRIXONE_USERNAME", "root"),
					System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111"));
					Statement statement = connection.createStatement()) {
				statement.execute(sql);
			}
		}

	}

}
