package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.SQLException;

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

class ServerUnreachableFailureAnalyzerTests {

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void namesTheServerAndTheCureButNoPassword() {
		this.environment.setProperty("spring.datasource.url",
				"jdbc:mysql://root:secret1@127.0.0.1:6001/shop?password=secret2");
		FailureAnalysis analysis = analyze(new SQLException("Communications link failure", "08S01"));
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
		assertThat(analyze(new SQLException("gone", "08S01")).getDescription()).contains("jdbc:mysql:")
			.doesNotContain("secret");
	}

	@Test
	void leavesOtherFailuresAlone() {
		this.environment.setProperty("spring.datasource.url", "jdbc:mysql://127.0.0.1:6001/shop");
		assertThat(analyze(new SQLException("no such table", "42S02"))).isNull();
		this.environment.setProperty("spring.datasource.url", "jdbc:postgresql://127.0.0.1/shop");
		assertThat(analyze(new SQLException("gone", "08S01"))).isNull();
	}

	@Test
	void isRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(Environment.class, this.environment),
					(type, name, failure) -> {
					}))
			.hasAtLeastOneElementOfType(ServerUnreachableFailureAnalyzer.class);
	}

	private FailureAnalysis analyze(SQLException ex) {
		return new ServerUnreachableFailureAnalyzer(this.environment).analyze(new IllegalStateException("start", ex));
	}

}
