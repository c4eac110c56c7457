package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.r2dbc.ConnectionFactoryProtectionTests.Decorated;

/**
 * An auto-configuration of a library, which would come last by its name.
 */
@Configuration(proxyBeanMethods = false)
class ZuluDecorator {

	@Bean
	ConnectionFactoryDecorator ofALibrary() {
		return Decorated::new;
	}

}
