package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the hints that a native image needs to find the pools of an application.
 */
class PoolRuntimeHintsTests {

	private final RuntimeHints hints = process();

	@Test
	void aPoolThatItsConstructorHasStartedCanBeProtected() {
		assertThat(fieldsOf(HikariPool.class)).isTrue();
		assertThat(fieldsOf(HikariPool.class.getSuperclass())).isTrue();
	}

	@Test
	void whatARouterOfTheApplicationKeepsIsFound() {
		assertThat(fieldsOf(TenantDataSource.class)).isTrue();
		assertThat(fieldsOf(AbstractRoutingDataSource.class)).isTrue();
	}

	@Test
	void otherBeansAreLeftAlone() {
		assertThat(fieldsOf(Configured.class)).isFalse();
	}

	private boolean fieldsOf(Class<?> type) {
		return RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS)
			.test(this.hints);
	}

	private static RuntimeHints process() {
		GenericApplicationContext context = new GenericApplicationContext();
		AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
		context.registerBean(Configured.class);
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(PoolRuntimeHintsTests.class)), new InMemoryGeneratedFiles());
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		new PoolRuntimeHints().registerHints(generation.getRuntimeHints(), context.getClassLoader());
		return generation.getRuntimeHints();
	}

	@Configuration(proxyBeanMethods = false)
	static class Configured {

		@Bean
		TenantDataSource dataSource() {
			TenantDataSource dataSource = new TenantDataSource();
			dataSource.setTargetDataSources(Map.of("a", new HikariDataSource()));
			return dataSource;
		}

	}

	static class TenantDataSource extends AbstractRoutingDataSource {

		@Override
		protected Object determineCurrentLookupKey() {
			return "a";
		}

	}

}
