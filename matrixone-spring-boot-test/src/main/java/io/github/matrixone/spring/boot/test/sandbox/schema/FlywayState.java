package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.configuration.Configuration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/**
 * What Spring Boot's Flyway makes tables from.
 */
final class FlywayState {

	private static final Map<String, String> WHERE = Map.of("classpath:", "classpath*:", "filesystem:", "file:");

	private FlywayState() {
	}

	static void add(MigrationState state, ConfigurableListableBeanFactory beans) throws IOException {
		for (String name : beans.getBeanNamesForType(Flyway.class, false, true)) {
			// It has asked for a connection while it is made.
			if (beans.isCurrentlyInCreation(name)) {
				state.unknown();
				continue;
			}
			Flyway flyway = beans.getBean(name, Flyway.class);
			Configuration configuration = flyway.getConfiguration();
			for (Location location : configuration.getLocations()) {
				add(state, location);
			}
			for (Location location : configuration.getCallbackLocations()) {
				add(state, location);
			}
			state.add("placeholders", configuration.getPlaceholders().toString());
			if (runsCode(configuration)) {
				state.unknown();
			}
		}
		if (state.isSetByApplication(FlywayConfigurationCustomizer.class, FlywayMigrationStrategy.class)) {
			state.unknown();
		}
	}

	private static void add(MigrationState state, Location location) throws IOException {
		state.add("location", location.getDescriptor());
		String where = WHERE.get(location.getPrefix());
		if (where == null) {
			state.unknown();
			return;
		}
		String files = where + location.getRootPath() + "/**/*";
		state.addFiles(files);
		// A migration or callback that is found by Flyway itself.
		if (state.addFiles(files + ".class")) {
			state.unknown();
		}
	}

	/**
	 * Return whether there are migrations or callbacks in Java, which may read anything.
	 * Those of the starter change no tables of the application.
	 */
	private static boolean runsCode(Configuration configuration) {
		return configuration.getJavaMigrations().length > 0 || Arrays.stream(configuration.getCallbacks())
			.anyMatch((callback) -> !MigrationState.isAutoConfigured(callback.getClass()));
	}

}
