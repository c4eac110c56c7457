package io.github.matrixone.spring.boot.test.container;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.utility.DockerImageName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

class MatrixOneContainerTests {

	@Test
	void theUrlNamesTheMappedPortAndHasTheDriverCreateTheDatabase() {
		try (MatrixOneContainer container = new StartedContainer()) {
			assertThat(container.getExposedPorts()).containsExactly(6001);
			assertThat(container.getJdbcUrl())
				.isEqualTo("jdbc:mysql://docker.example:16001/test?createDatabaseIfNotExist=true");
			assertThat(container.getUsername()).isEqualTo("root");
			assertThat(container.getPassword()).isEqualTo("111");
		}
	}

	@Test
	void theDatabaseAndTheParametersOfTheUrlCanBeSet() {
		try (MatrixOneContainer container = new StartedContainer().withDatabaseName("shop")
			.withUrlParam("connectTimeout", "5000")) {
			assertThat(container.getDatabaseName()).isEqualTo("shop");
			assertThat(container.getJdbcUrl()).startsWith("jdbc:mysql://docker.example:16001/shop?")
				.contains("createDatabaseIfNotExist=true")
				.contains("connectTimeout=5000");
			container.withUrlParam("createDatabaseIfNotExist", "false");
			assertThat(container.getJdbcUrl()).contains("createDatabaseIfNotExist=false").doesNotContain("true");
		}
	}

	@Test
	void theUserAndThePasswordCannotBeSet() {
		try (MatrixOneContainer container = new StartedContainer()) {
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> container.withUsername("jane"))
				.withMessageContaining("it is root");
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> container.withPassword("secret"))
				.withMessageContaining("it is 111");
		}
	}

	@Test
	void anotherImageIsRefusedUnlessItIsDeclaredASubstitute() {
		assertThatIllegalStateException().isThrownBy(() -> new MatrixOneContainer("mysql:8").close())
			.withMessageContaining("matrixorigin/matrixone");
		DockerImageName copy = DockerImageName.parse("registry.example/copies/mo:4.2.0")
			.asCompatibleSubstituteFor("matrixorigin/matrixone");
		try (MatrixOneContainer container = new MatrixOneContainer(copy)) {
			assertThat(container.getImage()).asString().contains("imageName=registry.example/copies/mo:4.2.0,");
		}
	}

	@Test
	void theDriverIsThatOfMySql() throws Exception {
		try (MatrixOneContainer container = new StartedContainer()) {
			assertThat(container.getJdbcDriverInstance().acceptsURL(container.getJdbcUrl())).isTrue();
		}
	}

	@Test
	void itIsReadyWhenAQuerySucceedsNotBefore() {
		try (SlowContainer container = new SlowContainer()) {
			container.withStartupTimeoutSeconds(60);
			container.waitUntilReady();
			assertThat(container.attempts).isEqualTo(3);
		}
	}

	@Test
	void threeMinutesAreGivenToTheStart() {
		try (TimedContainer container = new TimedContainer()) {
			assertThat(container.startupTimeout()).isEqualTo(180);
			assertThat(container.connectTimeout()).isEqualTo(180);
		}
	}

	@Test
	void anApplicationConnectsToItWithServiceConnection() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ServiceConnectionAutoConfiguration.class))
			.withUserConfiguration(Containers.class)
			.run((context) -> {
				JdbcConnectionDetails details = context.getBean(JdbcConnectionDetails.class);
				assertThat(details.getJdbcUrl())
					.isEqualTo("jdbc:mysql://docker.example:16001/shop?createDatabaseIfNotExist=true");
				assertThat(details.getUsername()).isEqualTo("root");
				assertThat(details.getPassword()).isEqualTo("111");
				assertThat(details.getDriverClassName()).isEqualTo("com.mysql.cj.jdbc.Driver");
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Containers {

		@Bean
		@ServiceConnection
		MatrixOneContainer matrixOne() {
			return new StartedContainer().withDatabaseName("shop");
		}

	}

	/**
	 * A container whose port is open before its server answers.
	 */
	private static final class SlowContainer extends StartedContainer {

		private int attempts;

		private void waitUntilReady() {
			waitUntilContainerStarted();
		}

		@Override
		public Connection createConnection(String queryString, Properties info) throws SQLException {
			this.attempts++;
			if (this.attempts == 1) {
				throw new SQLException("The server does not answer");
			}
			Connection connection = mock(Connection.class, RETURNS_DEEP_STUBS);
			given(connection.createStatement().execute("SELECT 1")).willReturn(this.attempts == 3);
			return connection;
		}

	}

	private static final class TimedContainer extends StartedContainer {

		@SuppressWarnings("deprecation")
		private int startupTimeout() {
			return getStartupTimeoutSeconds();
		}

		@SuppressWarnings("deprecation")
		private int connectTimeout() {
			return getConnectTimeoutSeconds();
		}

	}

}
