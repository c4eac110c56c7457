package io.github.matrixone.spring.boot.autoconfigure.docker;

import java.io.File;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class DockerComposeTests {

	private static final String IMAGE = "matrixorigin/matrixone:4.2.0";

	private static final String LISTENER = "org.springframework.boot.docker.compose.service.connection."
			+ "DockerComposeServiceConnectionsApplicationListener";

	@Test
	void theDataSourceUsesTheRunningServerInPlaceOfTheSimulator() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
							MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class))
			.withInitializer((context) -> ready(context, service(IMAGE, Map.of())))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("matrixOneSimulatorConnectionDetails");
				HikariDataSource dataSource = context.getBean(DataSource.class).unwrap(HikariDataSource.class);
				assertThat(dataSource.getJdbcUrl())
					.isEqualTo("jdbc:mysql://docker.example:16001/test?createDatabaseIfNotExist=true");
				assertThat(dataSource.getUsername()).isEqualTo("root");
				assertThat(dataSource.getPassword()).isEqualTo("111");
				assertThat(dataSource.getDriverClassName())
					.isEqualTo("io.github.matrixone.spring.jdbc.MatrixOneDriver");
			});
	}

	@Test
	void labelsNameTheDatabaseAndTheParametersOfTheDriver() {
		assertThat(jdbc(service(IMAGE,
				Map.of("io.github.matrixone.spring.boot.database", "shop", "org.springframework.boot.jdbc.parameters",
						"connectTimeout=5000&tcpKeepAlive=true")))
			.getJdbcUrl())
			.isEqualTo("jdbc:mysql://docker.example:16001/shop?createDatabaseIfNotExist=true"
					+ "&connectTimeout=5000&tcpKeepAlive=true");
	}

	@Test
	void aCopyOfTheImageIsRecognized() {
		assertThat(jdbc(service("registry.example:5000/matrixorigin/matrixone:4.2.1", Map.of()))).isNotNull();
		assertThat(jdbc(service("registry.example/mo",
				Map.of("org.springframework.boot.service-connection", "matrixorigin/matrixone"))))
			.isNotNull();
	}

	@Test
	void anotherImageIsLeftToItsOwnFactory() {
		assertThat(jdbc(service("postgres:18", Map.of())).getJdbcUrl()).startsWith("jdbc:postgresql:");
		assertThat(details(service("registry.example/mo", Map.of()))).isEmpty();
	}

	@Test
	void theConnectionFactoryUsesTheRunningServer() {
		ConnectionFactoryOptions options = r2dbc(service(IMAGE, Map.of())).getConnectionFactoryOptions();
		assertThat(options.getValue(ConnectionFactoryOptions.DRIVER)).isEqualTo("mysql");
		assertThat(options.getValue(ConnectionFactoryOptions.HOST)).isEqualTo("docker.example");
		assertThat(options.getValue(ConnectionFactoryOptions.PORT)).isEqualTo(16001);
		assertThat(options.getValue(ConnectionFactoryOptions.DATABASE)).isEqualTo("test");
		assertThat(options.getValue(ConnectionFactoryOptions.USER)).isEqualTo("root");
		assertThat(options.getValue(ConnectionFactoryOptions.PASSWORD)).isEqualTo("111");
		assertThat(options.getValue(Option.valueOf("createDatabaseIfNotExist"))).isEqualTo("true");
	}

	@Test
	void labelsNameTheDatabaseAndTheOptionsOfTheConnectionFactory() {
		ConnectionFactoryOptions options = r2dbc(
				service(IMAGE,
						Map.of("io.github.matrixone.spring.boot.database", "shop",
								"org.springframework.boot.r2dbc.parameters", "connectTimeout=PT5S, tcpKeepAlive=true")))
			.getConnectionFactoryOptions();
		assertThat(options.getValue(ConnectionFactoryOptions.DATABASE)).isEqualTo("shop");
		assertThat(options.getValue(Option.valueOf("connectTimeout"))).isEqualTo("PT5S");
		assertThat(options.getValue(Option.valueOf("tcpKeepAlive"))).isEqualTo("true");
	}

	@Test
	void anOptionWithoutAValueIsRefused() {
		RunningService service = service(IMAGE, Map.of("org.springframework.boot.r2dbc.parameters", "tcpKeepAlive"));
		assertThatIllegalStateException().isThrownBy(() -> details(service))
			.withMessageContaining("org.springframework.boot.r2dbc.parameters")
			.withMessageContaining("'database' has no value for 'tcpKeepAlive'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring-boot-r2dbc-", "r2dbc-spi-" })
	void theDataSourceNeedsNothingOfR2dbc(String jar) throws Exception {
		assertThat(runWithout(jar, DetailsProgram.class)).isEqualTo("[JdbcConnectionDetails]");
	}

	@Test
	void anApplicationStartsWithoutDockerCompose() throws Exception {
		assertThat(runWithout("spring-boot-docker-compose-", ApplicationProgram.class))
			.containsIgnoringCase("simulator");
	}

	private static String runWithout(String jar, Class<?> program) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader without = classPathWithout(jar)) {
			thread.setContextClassLoader(without);
			return (String) ((Supplier<?>) BeanUtils.instantiateClass(without.loadClass(program.getName()))).get();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URLClassLoader classPathWithout(String jar) {
		String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
		URL[] left = Arrays.stream(entries)
			.map(File::new)
			.filter((file) -> !file.getName().startsWith(jar))
			.map(DockerComposeTests::url)
			.toArray(URL[]::new);
		assertThat(left).hasSize(entries.length - 1);
		return new URLClassLoader(left, ClassLoader.getPlatformClassLoader());
	}

	private static URL url(File file) {
		try {
			return file.toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JdbcConnectionDetails jdbc(RunningService service) {
		return (JdbcConnectionDetails) details(service).get(JdbcConnectionDetails.class);
	}

	private static R2dbcConnectionDetails r2dbc(RunningService service) {
		return (R2dbcConnectionDetails) details(service).get(R2dbcConnectionDetails.class);
	}

	private static Map<Class<?>, ?> details(RunningService service) {
		DockerComposeConnectionSource source = instantiate(DockerComposeConnectionSource.class,
				new Class<?>[] { RunningService.class, Environment.class }, service, new MockEnvironment());
		return new ConnectionDetailsFactories(null).getConnectionDetails(source, false);
	}

	/**
	 * Have a context do what it does when Docker Compose has started its services.
	 */
	@SuppressWarnings("unchecked")
	private static void ready(ApplicationContext context, RunningService service) {
		ApplicationListener<DockerComposeServicesReadyEvent> listener = (ApplicationListener<DockerComposeServicesReadyEvent>) instantiate(
				ClassUtils.resolveClassName(LISTENER, null), new Class<?>[0]);
		listener.onApplicationEvent(instantiate(DockerComposeServicesReadyEvent.class,
				new Class<?>[] { ApplicationContext.class, List.class }, context, List.of(service)));
	}

	private static <T> T instantiate(Class<T> type, Class<?>[] parameters, Object... arguments) {
		try {
			Constructor<T> constructor = type.getDeclaredConstructor(parameters);
			return BeanUtils.instantiateClass(constructor, arguments);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static RunningService service(String image, Map<String, String> labels) {
		RunningService service = mock(RunningService.class);
		ConnectionPorts ports = mock(ConnectionPorts.class);
		given(ports.get(6001)).willReturn(16001);
		given(ports.get(5432)).willReturn(15432);
		given(service.name()).willReturn("database");
		given(service.image()).willReturn(ImageReference.of(image));
		given(service.host()).willReturn("docker.example");
		given(service.ports()).willReturn(ports);
		given(service.env()).willReturn(new HashMap<>(Map.of("POSTGRES_PASSWORD", "secret")));
		given(service.labels()).willReturn(labels);
		return service;
	}

	static class DetailsProgram implements Supplier<String> {

		@Override
		public String get() {
			return details(service(IMAGE, Map.of())).keySet().stream().map(Class::getSimpleName).toList().toString();
		}

	}

	static class ApplicationProgram implements Supplier<String> {

		@Override
		public String get() {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.registerShutdownHook(false)
				.run()) {
				return context.getBean(MatrixOneBackend.class).description();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
			MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class })
	static class Application {

	}

}
