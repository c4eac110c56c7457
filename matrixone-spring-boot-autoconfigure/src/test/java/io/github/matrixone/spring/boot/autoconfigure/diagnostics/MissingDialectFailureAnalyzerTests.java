package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import org.hibernate.HibernateException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

class MissingDialectFailureAnalyzerTests {

	private static final String URL = "jdbc:mysql://127.0.0.1:1/shop?password=secret";

	private final MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url", URL);

	@Test
	void saysWhyAnApplicationWithJpaDoesNotStartWithoutItsServer() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					MatrixOneDataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + URL, "spring.datasource.hikari.connection-timeout=500")
			.run((context) -> {
				FailureAnalysis analysis = new MissingDialectFailureAnalyzer(this.environment)
					.analyze(context.getStartupFailure());
				assertThat(analysis.getDescription())
					.contains("No server answers Connector/J", "jdbc:mysql://127.0.0.1:1/shop")
					.doesNotContain("secret");
				assertThat(analysis.getAction())
					.contains("spring.jpa.database-platform=io.github.matrixone.spring.hibernate.MatrixOneDialect");
			});
	}

	@Test
	void leavesOtherFailuresAlone() {
		assertThat(new MissingDialectFailureAnalyzer(this.environment).analyze(new HibernateException("other")))
			.isNull();
		this.environment.setProperty("spring.datasource.url", "jdbc:h2:mem:shop");
		assertThat(new MissingDialectFailureAnalyzer(this.environment)
			.analyze(new HibernateException("Unable to determine Dialect without JDBC metadata (…)"))).isNull();
	}

}
