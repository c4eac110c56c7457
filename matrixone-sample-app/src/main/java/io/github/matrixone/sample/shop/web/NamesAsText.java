package io.github.matrixone.sample.shop.web;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Writes names to JSON as plain text. In paths and parameters Spring makes names of text
 * by itself, because they have a static method {@code of}.
 */
@Configuration(proxyBeanMethods = false)
class NamesAsText {

	@Bean
	SimpleModule namesAsTextModule() {
		return new SimpleModule("names-as-text").addSerializer(DatabaseName.class, ToStringSerializer.instance)
			.addSerializer(SnapshotName.class, ToStringSerializer.instance)
			.addSerializer(TableName.class, ToStringSerializer.instance);
	}

}
