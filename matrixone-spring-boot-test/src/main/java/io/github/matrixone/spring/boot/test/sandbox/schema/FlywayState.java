package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * What Flyway makes tables from.
 */
final class FlywayState {

	private FlywayState() {
	}

	static void add(MigrationState state, ListableBeanFactory beans) throws IOException {
		for (Flyway flyway : beans.getBeansOfType(Flyway.class, false, true).values()) {
			Configuration configuration = flyway.getConfiguration();
			for (Location location : configuration.getLocations()) {
				String path = location.getRootPath();
				state.add("location", location.getDescriptor());
				state.addFiles((location.getDescriptor().startsWith("filesystem:") ? "file:" : "classpath*:") + path
						+ "/**/*");
			}
			state.add("placeholders", configuration.getPlaceholders().toString());
			for (JavaMigration migration : configuration.getJavaMigrations()) {
				EntityClassFiles.add(state, migration.getClass());
			}
			for (Callback callback : configuration.getCallbacks()) {
				EntityClassFiles.add(state, callback.getClass());
			}
		}
	}

}
