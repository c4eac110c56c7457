package io.github.matrixone.spring.library;

import com.p6spy.engine.spy.P6SpyDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * p6spy as a driver, by its URL.
 */
@EnabledIfServer
@SpringBootTest(classes = P6SpyTests.Application.class)
@ExtendWith(OutputCaptureExtension.class)
class P6SpyTests extends JdbcContract {

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		create("p6spy", registry);
		registry.add("spring.datasource.url", () -> database.url().replace("jdbc:mysql:", "jdbc:p6spy:mysql:"));
		registry.add("spring.datasource.driver-class-name", P6SpyDriver.class::getName);
	}

	@Test
	void logsStatementsWithTheirValues(CapturedOutput output) {
		this.work.commit(() -> insertAndClone("kept"));
		assertThat(output).contains("INSERT INTO item (id) VALUES (1)");
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	static class Application {

	}

}
