package io.github.matrixone.spring.boot.test.sandbox.schema;

import liquibase.ChecksumVersion;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.integration.spring.SpringResourceAccessor;
import liquibase.parser.ChangeLogParserFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.ResourceLoader;

/**
 * What Liquibase makes tables from: the change sets, wherever they are included from.
 */
final class LiquibaseState {

	private static final Log logger = LogFactory.getLog(LiquibaseState.class);

	private LiquibaseState() {
	}

	static void add(MigrationState state, ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanNamesForType(SpringLiquibase.class, false, false)) {
			state.add("liquibase", name);
		}
		String changeLog = beans.getBean(Environment.class)
			.getProperty("spring.liquibase.change-log", "classpath:/db/changelog/db.changelog-master.yaml");
		ResourceLoader loader = new DefaultResourceLoader(beans.getBeanClassLoader());
		SpringResourceAccessor resources = new SpringResourceAccessor(loader);
		try {
			for (ChangeSet changeSet : ChangeLogParserFactory.getInstance()
				.getParser(changeLog, resources)
				.parse(changeLog, new ChangeLogParameters(), resources)
				.getChangeSets()) {
				state.add(changeSet.toString(false), changeSet.generateCheckSum(ChecksumVersion.latest()).toString());
			}
		}
		catch (LiquibaseException ex) {
			logger.debug("The change log " + changeLog + " could not be read", ex);
			state.unknown();
		}
	}

}
