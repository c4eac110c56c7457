package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class DriverSettingFailureAnalyzerTests {

	private final MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url",
			"jdbc:mysql://127.0.0.1:6001/shop?password=secret");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			SSL Connection required, but not provided by server.   | sslMode
			internal error: the system variable does not exist     | sessionVariables
			invalid input: unsupported Prepare flag '1'            | useCursorFetch
			SQL syntax error: column "tables.TABLE_TYPE" must appear in the GROUP BY clause | useInformationSchema
			A URL with several hosts, of jdbc:mysql:loadbalance:   | Name one host
			not supported: transaction access mode READ ONLY is not supported | Name one host
			""")
	void namesTheSetting(String message, String setting) {
		FailureAnalysis analysis = analyze(new SQLException(message, "HY000"));
		assertThat(analysis.getDescription()).contains("jdbc:mysql://127.0.0.1:6001/shop", message)
			.doesNotContain("secret");
		assertThat(analysis.getAction()).contains(setting);
	}

	@Test
	void findsTheErrorBehindThatOfThePool() {
		SQLException ex = new SQLException("Connection is not available", "08S01",
				new SQLException("internal error: the system variable does not exist"));
		assertThat(analyze(ex).getAction()).contains("sessionVariables");
	}

	@Test
	void leavesOtherFailuresAlone() {
		assertThat(analyze(new SQLException("Communications link failure", "08S01"))).isNull();
		assertThat(analyze(new SQLException(null, "08S01"))).isNull();
		this.environment.setProperty("spring.datasource.url", "jdbc:h2:mem:shop");
		assertThat(analyze(new SQLException("unsupported Prepare flag '1'"))).isNull();
	}

	@Test
	void leavesAStatementOfARunnerAlone() {
		SQLException ex = new SQLException("internal error: the system variable does not exist");
		ex.setStackTrace(new StackTraceElement[] {
				new StackTraceElement("org.springframework.boot.SpringApplication", "callRunners", null, 1) });
		assertThat(analyze(ex)).isNull();
	}

	@Test
	void comesBeforeTheAnalyzerOfConnectionFailures() {
		List<Class<?>> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(Environment.class, this.environment),
					(type, name, failure) -> {
					})
			.stream()
			.<Class<?>>map(Object::getClass)
			.toList();
		assertThat(analyzers).containsSubsequence(DriverSettingFailureAnalyzer.class,
				ServerUnreachableFailureAnalyzer.class);
	}

	private FailureAnalysis analyze(SQLException ex) {
		return new DriverSettingFailureAnalyzer(this.environment).analyze(new IllegalStateException("start", ex));
	}

}
