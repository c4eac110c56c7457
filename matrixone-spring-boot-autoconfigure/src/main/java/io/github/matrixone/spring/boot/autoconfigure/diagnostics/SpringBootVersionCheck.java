package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Refuses a Spring Boot that is too old before any of its classes is missed. Uses only
 * what is in each Spring Boot.
 */
final class SpringBootVersionCheck implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	private static final int OLDEST = 4;

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		require(SpringBootVersion.getVersion());
	}

	static void require(@Nullable String version) {
		String major = (version != null) ? version.split("\\.", 2)[0] : "";
		if (major.matches("\\d{1,3}") && Integer.parseInt(major) < OLDEST) {
			throw new UnsupportedSpringBootException(
					"MatrixOne for Spring needs Spring Boot " + OLDEST + ".0 or newer, but this is " + version);
		}
	}

}
