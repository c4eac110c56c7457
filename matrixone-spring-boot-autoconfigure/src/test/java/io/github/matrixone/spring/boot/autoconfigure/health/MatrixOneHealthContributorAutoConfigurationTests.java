package io.github.matrixone.spring.boot.autoconfigure.health;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchSummary;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

class MatrixOneHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class,
				MatrixOneSimulatorAutoConfiguration.class, MatrixOneHealthContributorAutoConfiguration.class))
		.withPropertyValues("spring.datasource.hikari.initialization-fail-timeout=-1");

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
	void tellsFiguresOfBranchesWhereThatIsAskedFor() {
		BranchOperations branches = mock();
		given(branches.summary())
			.willReturn(
					new BranchSummary(2, 1, 3, TableName.of("shop", "draft"), Instant.parse("2026-01-01T00:00:00Z")))
			.willThrow(new IllegalStateException("no answer"));
		ApplicationContextRunner withBranches = this.runner.withBean(BranchOperations.class, () -> branches);
		withBranches.run((context) -> {
			assertThat(context.getBean(MatrixOneHealthIndicator.class).health().getDetails())
				.doesNotContainKey("branches");
			verifyNoInteractions(branches);
		});
		withBranches.withPropertyValues("matrixone.branches.health-details=true").run((context) -> {
			verifyNoInteractions(branches);
			MatrixOneHealthIndicator indicator = context.getBean(MatrixOneHealthIndicator.class);
			assertThat(indicator.health().getDetails()).containsEntry("branches",
					Map.of("tables", 2, "databases", 1, "withoutParent", 3, "oldest", "2026-01-01T00:00:00Z"));
			Health withoutFigures = indicator.health();
			assertThat(withoutFigures.getStatus()).isEqualTo(Status.UP);
			assertThat(withoutFigures.getDetails()).doesNotContainKey("branches");
		});
	}

	@Test
	void isUpOnTheSimulatorWhichHasNoBranches() {
		this.runner.withPropertyValues("matrixone.branches.health-details=true").run((context) -> {
			Health health = context.getBean(MatrixOneHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).doesNotContainKey("branches");
		});
	}

	@Test
	void isDownWithoutAServerAndKeepsThePasswordToItself() {
		this.runner
			.withPropertyValues("spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000",
					"spring.datasource.hikari.connection-timeout=1000", "spring.datasource.password=secret111")
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
			assertThat(health.getDetails()).containsEntry("reason", "The server is not a MatrixOne")
				.doesNotContainKey("backend");
		});
	}

	@Test
	void isUnknownWhereTheDataSourceHasNoTargetOutsideOfATenant() {
		for (DataSource dataSource : new DataSource[] { tenants(), new TransactionAwareDataSourceProxy(tenants()) }) {
			this.runner.withBean(DataSource.class, () -> dataSource).run((context) -> {
				Health health = context.getBean(MatrixOneHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
				assertThat(health.getDetails().get("reason")).asString().contains("no target outside of a tenant");
			});
		}
	}

	@Test
	void isDownWhereTheTargetOfARouterFails() throws SQLException {
		DataSource target = mock();
		given(target.getConnection()).willThrow(new IllegalStateException("closed"));
		AbstractRoutingDataSource router = tenants();
		router.setDefaultTargetDataSource(target);
		router.afterPropertiesSet();
		this.runner.withBean(DataSource.class, () -> router)
			.run((context) -> assertThat(context.getBean(MatrixOneHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.DOWN));
	}

	@Test
	void isDownWhereADataSourceThatDoesNotRouteFails() throws SQLException {
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willThrow(new IllegalStateException("closed"));
		this.runner.withBean(DataSource.class, () -> dataSource)
			.run((context) -> assertThat(context.getBean(MatrixOneHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.DOWN));
	}

	@Test
	void isLeftOutWhereThereIsNoSingleDataSource() {
		this.runner.withBean("first", DataSource.class, () -> mock())
			.withBean("second", DataSource.class, () -> mock())
			.withBean(ServerBackend.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(MatrixOneHealthIndicator.class)
				.hasSingleBean(InfoContributor.class));
	}

	@Test
	void isThereForABackendOfTheUsersAlone() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MatrixOneHealthContributorAutoConfiguration.class))
			.withBean(DataSource.class, () -> mock())
			.withBean(ServerBackend.class)
			.run((context) -> assertThat(context).hasSingleBean(MatrixOneHealthIndicator.class));
	}

	private static AbstractRoutingDataSource tenants() {
		AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

			@Override
			protected @Nullable Object determineCurrentLookupKey() {
				return null;
			}

		};
		router.setTargetDataSources(Map.of("a", new DriverManagerDataSource("jdbc:h2:mem:a"), "b",
				new DriverManagerDataSource("jdbc:h2:mem:b")));
		router.afterPropertiesSet();
		return router;
	}

	@Test
	void isSwitchedOffWithTheHealthOfTheDatabase() {
		String off = "management.health.db.enabled=false";
		this.runner.withPropertyValues(off)
			.run((context) -> assertThat(context).doesNotHaveBean("matrixOneHealthIndicator"));
		this.runner.withPropertyValues(off, "management.health.matrixone.enabled=true")
			.run((context) -> assertThat(context).hasBean("matrixOneHealthIndicator"));
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("management.health.matrixone.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MatrixOneHealthIndicator.class));
	}

}
