package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.net.ConnectException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;

import com.mysql.cj.exceptions.CJException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ServerUnreachableFailureAnalyzerTests {

	private static final String URL = "jdbc:mysql://127.0.0.1:6001/shop";

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void namesTheServerAndTheCureButNoPassword() {
		this.environment.setProperty("spring.datasource.url",
				"jdbc:mysql://root:secret1@127.0.0.1:6001/shop?password=secret2");
		FailureAnalysis analysis = analyze(communicationsFailure());
		assertThat(analysis.getDescription())
			.contains("jdbc:mysql://127.0.0.1:6001/shop", "Communications link failure")
			.doesNotContain("secret");
		assertThat(analysis.getAction()).contains("spring.datasource.url", "matrixone-simulator");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:mysql://(host=127.0.0.1,port=6001,user=root,password=secret)/shop",
			"jdbc:mysql://address=(host=127.0.0.1)(password=secret)/shop", "jdbc:mysql://root:secret?@127.0.0.1/shop",
			"jdbc:mysql:loadbalance://root:secret@127.0.0.1:1,root:secret@127.0.0.1:2/shop" })
	void namesNoPasswordWhereverItIs(String url) {
		this.environment.setProperty("spring.datasource.url", url);
		assertThat(analyze(communicationsFailure()).getDescription()).contains("jdbc:mysql:").doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:matrixone://127.0.0.1:6001/shop", "jdbc:matrixone:mysql://127.0.0.1:6001/shop" })
	void knowsTheUrlsOfTheStartersDriver(String url) {
		this.environment.setProperty("spring.datasource.url", url.replace("127", "root:secret@127"));
		assertThat(analyze(communicationsFailure()).getDescription()).contains(url);
		this.environment.setProperty("spring.datasource.url", "jdbc:matrixone:postgresql://127.0.0.1/shop");
		assertThat(analyze(communicationsFailure())).isNull();
	}

	@Test
	void knowsWhyAPoolHasNoConnection() {
		this.environment.setProperty("spring.datasource.url", URL);
		assertThat(analyze(new SQLTransientConnectionException("timed out", "08S01", 0, communicationsFailure())))
			.isNotNull();
	}

	@Test
	void leavesOtherFailuresAlone() {
		this.environment.setProperty("spring.datasource.url", URL);
		assertThat(analyze(new SQLException("no such table", "42S02"))).isNull();
		assertThat(analyze(new SQLNonTransientConnectionException("Too many connections", "08004", 1040,
				new CJException("Too many connections"))))
			.isNull();
		this.environment.setProperty("spring.datasource.url", "jdbc:postgresql://127.0.0.1/shop");
		assertThat(analyze(communicationsFailure())).isNull();
	}

	@Test
	void leavesAConnectionAloneThatIsLostLater() {
		this.environment.setProperty("spring.datasource.url", URL);
		assertThat(analyze(new SQLException("Communications link failure", "08S01", new CJException("timed out"))))
			.isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "08001", "08S01" })
	void leavesFailuresOfOtherDriversAlone(String state) {
		this.environment.setProperty("spring.datasource.url", URL);
		assertThat(analyze(new SQLException("The connection attempt failed.", state, new ConnectException()))).isNull();
	}

	@Test
	void saysNothingWhereTheStarterIsSwitchedOff() {
		this.environment.setProperty("spring.datasource.url", URL);
		this.environment.setProperty("matrixone.enabled", "false");
		assertThat(analyze(communicationsFailure())).isNull();
	}

	@Test
	void isRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(Environment.class, this.environment),
					(type, name, failure) -> {
					}))
			.hasAtLeastOneElementOfType(ServerUnreachableFailureAnalyzer.class);
	}

	private static SQLException communicationsFailure() {
		return catchThrowableOfType(SQLException.class,
				() -> DriverManager.getConnection("jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000"));
	}

	private FailureAnalysis analyze(SQLException ex) {
		return new ServerUnreachableFailureAnalyzer(this.environment).analyze(new IllegalStateException("start", ex));
	}

}
