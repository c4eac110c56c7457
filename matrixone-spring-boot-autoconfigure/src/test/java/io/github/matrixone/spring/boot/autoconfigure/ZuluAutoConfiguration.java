package io.github.matrixone.spring.boot.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.context.annotation.Bean;

import io.github.matrixone.spring.boot.autoconfigure.ConnectionFactoryProtectionTests.Decorated;

/**
 * A library's auto-configuration, which would come last by its name.
 */
@AutoConfiguration
class ZuluAutoConfiguration {

	@Bean
	ConnectionFactoryDecorator ofALibrary() {
		return Decorated::new;
	}

}
