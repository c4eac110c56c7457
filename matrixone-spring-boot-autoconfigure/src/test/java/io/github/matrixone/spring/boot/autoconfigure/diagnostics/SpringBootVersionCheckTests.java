package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link SpringBootVersionCheck}.
 */
class SpringBootVersionCheckTests {

	@Test
	void anOldSpringBootIsNamed() {
		assertThatExceptionOfType(UnsupportedSpringBootException.class)
			.isThrownBy(() -> SpringBootVersionCheck.require("3.5.9"))
			.satisfies((ex) -> {
				FailureAnalysis analysis = new UnsupportedSpringBootFailureAnalyzer().analyze(ex);
				assertThat(analysis.getDescription())
					.isEqualTo("MatrixOne for Spring needs Spring Boot 4.0 or newer, but this is 3.5.9.");
				assertThat(analysis.getAction()).startsWith("Update the application's Spring Boot");
			});
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "4.0.0", "4.1.0", "10.0.1", "4.2.0-SNAPSHOT", "unknown" })
	void othersAreTaken(String version) {
		assertThatNoException().isThrownBy(() -> SpringBootVersionCheck.require(version));
	}

	@Test
	void runsBeforeTheContextIsRefreshed() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ApplicationContextInitializer.class))
			.hasAtLeastOneElementOfType(SpringBootVersionCheck.class);
	}

}
