package io.github.matrixone.spring.boot.autoconfigure.migration;

import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;

/**
 * Initializes Spring Boot's {@link FlywayMigrationInitializer}, whatever its strategy.
 */
final class FlywayPostProcessor extends MigrationPostProcessor<FlywayMigrationInitializer> {

	FlywayPostProcessor(ObjectProvider<MigrationSnapshots> snapshots) {
		super(FlywayMigrationInitializer.class, snapshots);
	}

	@Override
	void run(FlywayMigrationInitializer initializer, MigrationSnapshots snapshots) throws Exception {
		snapshots.run(initializer::afterPropertiesSet);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Flyway flyway) {
			FlywaySnapshots.warnOf(flyway, beanName);
		}
		return bean;
	}

}
