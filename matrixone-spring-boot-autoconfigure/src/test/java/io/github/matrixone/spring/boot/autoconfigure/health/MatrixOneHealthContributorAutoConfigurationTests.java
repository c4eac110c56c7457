package io.github.matrixone.spring.boot.autoconfigure.health;

import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

class MatrixOneHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class,
				MatrixOneSimulatorAutoConfiguration.class, MatrixOneHealthContributorAutoConfiguration.class))
		.withPropertyValues("spring.datasource.hikari.initialization-fail-timeout=-1",
				"spring.datasource.hikari.connection-timeout=1000");

	@Test
	void saysThatTheSimulatorIsUsed() {
		this.runner.run((context) -> {
			Health health = context.getBean(MatrixOneHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails().get("backend")).asString().contains("simulator");
			Info.Builder info = new Info.Builder();
			context.getBean(InfoContributor.class).contribute(info);
			assertThat(info.build().get("matrixone")).asString().contains("simulator");
		});
	}

	@Test
	void isDownWithoutAServerAndKeepsThePasswordToItself() {
		this.runner
			.withPropertyValues("spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000",
					"spring.datasource.password=secret111")
			.run((context) -> {
				Health health = context.getBean(MatrixOneHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.toString()).doesNotContain("secret111");
			});
	}

	@Test
	void isUnknownOnAnotherServer() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:mem:other").run((context) -> {
			Health health = context.getBean(MatrixOneHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
			assertThat(health.getDetails().get("reason")).isEqualTo("The server is not a MatrixOne");
		});
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.matrixone.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MatrixOneHealthIndicator.class));
	}

}
