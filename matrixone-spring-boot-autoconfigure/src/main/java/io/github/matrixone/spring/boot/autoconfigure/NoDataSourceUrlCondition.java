package io.github.matrixone.spring.boot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/**
 * Matches if no property names a data source.
 */
final class NoDataSourceUrlCondition extends NoneNestedConditions {

	NoDataSourceUrlCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnProperty("spring.datasource.url")
	static class Url {

	}

	@ConditionalOnProperty("spring.datasource.jndi-name")
	static class JndiName {

	}

	@ConditionalOnProperty("spring.datasource.hikari.jdbc-url")
	static class HikariUrl {

	}

}
