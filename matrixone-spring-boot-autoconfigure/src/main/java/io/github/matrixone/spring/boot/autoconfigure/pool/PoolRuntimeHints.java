package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/**
 * Registers the fields that {@link PoolSeats} reads: those of pools that their
 * constructor has started, and those in which the application's data sources keep others.
 */
final class PoolRuntimeHints implements RuntimeHintsRegistrar, BeanRegistrationAotProcessor {

	private static final List<String> KEEPING_OTHERS = List.of("com.zaxxer.hikari.pool.HikariPool",
			"com.zaxxer.hikari.pool.PoolBase", "com.baomidou.dynamic.datasource.ds.GroupDataSource",
			"com.baomidou.dynamic.datasource.ds.ItemDataSource");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (String type : KEEPING_OTHERS) {
			hints.reflection().registerTypeIfPresent(classLoader, type, MemberCategory.ACCESS_DECLARED_FIELDS);
		}
	}

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = bean.getBeanClass();
		return DataSource.class.isAssignableFrom(type) ? (context, code) -> registerFields(context, type) : null;
	}

	private static void registerFields(GenerationContext context, Class<?> dataSource) {
		for (Class<?> type = dataSource; type != null && type != Object.class; type = type.getSuperclass()) {
			context.getRuntimeHints().reflection().registerType(type, MemberCategory.ACCESS_DECLARED_FIELDS);
		}
	}

}
