package io.github.matrixone.spring.library;

import javax.sql.DataSource;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.opentelemetry.instrumentation.jdbc.datasource.OpenTelemetryDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * OpenTelemetry's instrumentation of JDBC, around the bean as its starter does it.
 */
@EnabledIfServer
@SpringBootTest(classes = OpenTelemetryTests.Application.class)
class OpenTelemetryTests extends JdbcContract {

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("otel", registry);
	}

	@Test
	void standsAroundThePool() {
		assertThat(this.jdbc.getDataSource()).isInstanceOf(OpenTelemetryDataSource.class);
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

		@Bean
		static BeanPostProcessor instrumentation() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource dataSource)
							? JdbcTelemetry.create(OpenTelemetry.noop()).wrap(dataSource) : bean;
				}

			};
		}

	}

}
