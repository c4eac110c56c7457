package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.net.ConnectException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcInitializationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.mock.env.MockEnvironment;

import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneConnectionFactoryAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneReactiveAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

class R2dbcServerUnreachableFailureAnalyzerTests {

	private static final String NO_CONNECTION = "Failed to obtain R2DBC Connection";

	private static final String URL = "r2dbc:mysql://root:secret@127.0.0.1:1/shop?zeroDateOption=use_null";

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void saysWhyAnApplicationWithScriptsDoesNotStartWithoutItsServer() {
		this.environment.setProperty("spring.r2dbc.url", URL);
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(R2dbcAutoConfiguration.class,
					R2dbcInitializationAutoConfiguration.class, MatrixOneConnectionFactoryAutoConfiguration.class,
					MatrixOneReactiveAutoConfiguration.class))
			.withPropertyValues("spring.r2dbc.url=" + URL, "spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=classpath:META-INF/spring.factories")
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("r2dbc:mysql://127.0.0.1:1/shop", "Connection refused")
					.doesNotContain("secret");
				assertThat(analysis.getAction()).contains("spring.r2dbc.url");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "r2dbc:pool:mysql://127.0.0.1/shop", "r2dbc:matrixone://127.0.0.1/shop",
			"r2dbc:pool:matrixone://127.0.0.1/shop", "r2dbc:matrixone:mysql://127.0.0.1/shop" })
	void knowsTheUrlsOfPoolsAndOfTheStartersDriver(String url) {
		this.environment.setProperty("spring.r2dbc.url", url);
		assertThat(analyze(new DataAccessResourceFailureException(NO_CONNECTION, new ConnectException()))).isNotNull();
	}

	@Test
	void leavesOtherFailuresAlone() {
		this.environment.setProperty("spring.r2dbc.url", URL);
		assertThat(analyze(new DataAccessResourceFailureException(NO_CONNECTION))).isNull();
		assertThat(
				analyze(new DataAccessResourceFailureException("Unable to connect to Redis", new ConnectException())))
			.isNull();
		this.environment.setProperty("spring.r2dbc.url", "r2dbc:postgresql://127.0.0.1/shop");
		assertThat(analyze(new DataAccessResourceFailureException(NO_CONNECTION, new ConnectException()))).isNull();
	}

	@Test
	void saysNothingWhereTheStarterIsSwitchedOff() {
		this.environment.setProperty("spring.r2dbc.url", URL);
		this.environment.setProperty("matrixone.enabled", "false");
		assertThat(analyze(new DataAccessResourceFailureException(NO_CONNECTION, new ConnectException()))).isNull();
	}

	@Test
	void isRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(Environment.class, this.environment),
					(type, name, failure) -> {
					}))
			.hasAtLeastOneElementOfType(R2dbcServerUnreachableFailureAnalyzer.class);
	}

	private FailureAnalysis analyze(Throwable failure) {
		return new R2dbcServerUnreachableFailureAnalyzer(this.environment).analyze(failure);
	}

}
