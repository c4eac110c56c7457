package io.github.matrixone.spring.library;

import io.opentelemetry.instrumentation.jdbc.OpenTelemetryDriver;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

/**
 * OpenTelemetry's instrumentation of JDBC as a driver, by its URL.
 */
@EnabledIfServer
@SpringBootTest(classes = OpenTelemetryDriverTests.Application.class)
class OpenTelemetryDriverTests extends JdbcContract {

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("oteldriver", registry);
		registry.add("spring.datasource.url", () -> database.url().replace("jdbc:mysql:", "jdbc:otel:mysql:"));
		registry.add("spring.datasource.driver-class-name", OpenTelemetryDriver.class::getName);
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

	}

}
