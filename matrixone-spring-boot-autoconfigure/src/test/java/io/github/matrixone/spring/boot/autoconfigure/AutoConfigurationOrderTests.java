package io.github.matrixone.spring.boot.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the auto-configurations leave those of Spring Boot and of others in their
 * order: not all of these say what they need to come after.
 */
class AutoConfigurationOrderTests {

	private static final Set<String> WITHOUT_JDBC = Set.of(
			"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
			"org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration");

	@ParameterizedTest
	@ValueSource(strings = { "none", "org.springframework.boot.hibernate", "org.mybatis", "WITHOUT_JDBC" })
	void theOthersStayInTheirOrder(String excluded) {
		Predicate<Class<?>> included = excluded.equals("WITHOUT_JDBC")
				? (candidate) -> !WITHOUT_JDBC.contains(candidate.getName())
				: (candidate) -> !candidate.getName().startsWith(excluded);
		List<Class<?>> candidates = candidates().filter(included).toList();
		assertThat(sorted(candidates.stream()).filter((candidate) -> !isOurs(candidate)))
			.containsExactlyElementsOf(sorted(candidates.stream().filter((candidate) -> !isOurs(candidate))).toList());
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration" })
	void whatTheyNeedIsBeforeThem(String needed) {
		List<String> names = sorted(candidates()).map(Class::getName).toList();
		assertThat(names)
			.filteredOn((name) -> name.equals(needed) || name
				.equals("io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneReactiveAutoConfiguration"))
			.first()
			.isEqualTo(needed);
	}

	private static Stream<Class<?>> candidates() {
		ClassLoader loader = AutoConfigurationOrderTests.class.getClassLoader();
		return StreamSupport.stream(ImportCandidates.load(AutoConfiguration.class, loader).spliterator(), false)
			.filter((name) -> ClassUtils.isPresent(name, loader))
			.map((name) -> ClassUtils.resolveClassName(name, loader));
	}

	private static Stream<Class<?>> sorted(Stream<Class<?>> candidates) {
		return Stream.of(Configurations.getClasses(AutoConfigurations.of(candidates.toArray(Class<?>[]::new))));
	}

	private static boolean isOurs(Class<?> candidate) {
		return candidate.getName().startsWith("io.github.matrixone.");
	}

}
