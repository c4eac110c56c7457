package io.github.matrixone.spring.library;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * datasource-micrometer with its auto-configuration.
 */
@EnabledIfServer
@SpringBootTest(classes = DataSourceMicrometerTests.Application.class)
class DataSourceMicrometerTests extends JdbcContract {

	@Autowired
	private Application application;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("micrometer", registry);
	}

	@Test
	void observesStatementsAndOperations() {
		this.application.observed.clear();
		this.work.commit(() -> insertAndClone("kept"));
		assertThat(this.application.observed).contains("jdbc.connection", "jdbc.query", "matrixone.command");
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	@ImportAutoConfiguration(DataSourceObservationAutoConfiguration.class)
	static class Application {

		private final List<String> observed = new CopyOnWriteArrayList<>();

		@Bean
		Tracer tracer() {
			return Tracer.NOOP;
		}

		@Bean
		ObservationRegistry observations() {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

				@Override
				public void onStop(Observation.Context context) {
					Application.this.observed.add(context.getName());
				}

			});
			return registry;
		}

	}

}
