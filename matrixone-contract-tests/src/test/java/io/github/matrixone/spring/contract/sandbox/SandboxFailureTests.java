package io.github.matrixone.spring.contract.sandbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.ContextHierarchy;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What is said where a sandbox cannot be made. Nothing is ever run without one.
 */
@ExtendWith(OutputCaptureExtension.class)
class SandboxFailureTests {

	@AfterEach
	void nothingWasRun() {
		assertThat(Fixture.runs).isZero();
	}

	@Test
	void theServerIsGone(CapturedOutput output) {
		assertRefused(Unreachable.class, output, "the server of spring.datasource.url cannot be used");
	}

	@Test
	void theDatabaseIsNeitherAServerNorTheSimulator(CapturedOutput output) {
		assertRefused(PlainH2.class, output,
				"@MatrixOneSandbox needs a MatrixOne server or the simulator, but the data " + "source leads to H2");
	}

	@Test
	void theSimulatorHasNoTemplates(CapturedOutput output) {
		assertRefused(SimulatorTemplate.class, output, "The simulator has no database shop_golden to clone");
	}

	@Test
	void theMigrationHasItsOwnConnections(CapturedOutput output) {
		assertRefused(FlywayUrl.class, output, "With spring.flyway.url the migration has connections of its own");
	}

	@Test
	void thereIsAConnectionFactory(CapturedOutput output) {
		assertRefused(WithR2dbc.class, output, "R2DBC ConnectionFactory would lead past it");
	}

	@Test
	void thereIsNoDataSource() {
		assertThat(Fixtures.failures(Fixtures.run(WithoutDataSource.class))).first()
			.satisfies((failure) -> assertThat(failure)
				.hasStackTraceContaining("@MatrixOneSandbox needs a DataSource bean"));
	}

	@Test
	void theDataSourceIsThatOfTheParent(CapturedOutput output) {
		assertRefused(OfParent.class, output,
				"@MatrixOneSandbox needs the DataSource bean in the test's own application context, and here it is in the "
						+ "parent of that");
	}

	@Test
	void itCannotBeToldWhichOfTwoDataSourcesIsMeant(CapturedOutput output) {
		assertRefused(TwoDataSources.class, output,
				"There are several DataSource beans, [first, second], and it cannot "
						+ "be told which one is to have the sandboxes: put @Primary on it");
		assertThat(TwoDataSources.connections).hasValue(0);
	}

	private static void assertRefused(Class<?> fixture, CapturedOutput output, String message) {
		assertThat(Fixtures.failures(Fixtures.run(fixture))).first()
			.satisfies((failure) -> assertThat(failure).hasStackTraceContaining(message));
		assertThat(output).contains("APPLICATION FAILED TO START", "No sandbox can be made", message);
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = { "spring.sql.init.schema-locations=classpath:sandbox/schema.sql",
					"spring.datasource.hikari.connection-timeout=1000" })
	@MatrixOneSandbox
	@DirtiesContext
	abstract static class Fixture {

		static int runs;

		@Test
		void isNotReached() {
			runs++;
		}

	}

	@TestPropertySource(properties = "spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop?connectTimeout=500")
	static class Unreachable extends Fixture {

	}

	static class PlainH2 extends Fixture {

		@DynamicPropertySource
		static void h2(DynamicPropertyRegistry registry) {
			registry.add("spring.datasource.url", () -> "jdbc:h2:mem:" + UUID.randomUUID());
		}

	}

	@MatrixOneSandbox(template = "shop_golden")
	static class SimulatorTemplate extends Fixture {

	}

	@TestPropertySource(properties = { "spring.flyway.enabled=true", "spring.flyway.url=jdbc:h2:mem:other",
			"spring.flyway.locations=classpath:sandbox/flyway" })
	static class FlywayUrl extends Fixture {

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = WithR2dbc.Beans.class)
	static class WithR2dbc extends Fixture {

		@Configuration(proxyBeanMethods = false)
		@EnableAutoConfiguration
		static class Beans {

			@Bean
			DataSource dataSource() {
				return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID());
			}

			@Bean
			ConnectionFactory connectionFactory() {
				return mock();
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = TwoDataSources.Beans.class)
	static class TwoDataSources extends Fixture {

		static final AtomicInteger connections = new AtomicInteger();

		@Configuration(proxyBeanMethods = false)
		@EnableAutoConfiguration
		static class Beans {

			@Bean
			DataSource first() {
				return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID()) {

					@Override
					public Connection getConnection() throws SQLException {
						connections.incrementAndGet();
						return super.getConnection();
					}

				};
			}

			@Bean
			DataSource second() {
				return first();
			}

			@Bean
			InitializingBean tables(@Qualifier("first") DataSource first) {
				return () -> new JdbcTemplate(first).execute("CREATE TABLE product (id INT)");
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = WithoutDataSource.Beans.class)
	static class WithoutDataSource extends Fixture {

		@Configuration(proxyBeanMethods = false)
		static class Beans {

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@ContextHierarchy({ @ContextConfiguration(classes = SandboxApplication.class),
			@ContextConfiguration(classes = OfParent.Beans.class) })
	@MatrixOneSandbox
	@DirtiesContext
	static class OfParent {

		@Test
		void isNotReached() {
			Fixture.runs++;
		}

		@Configuration(proxyBeanMethods = false)
		static class Beans {

		}

	}

}
