package io.github.matrixone.spring.boot.autoconfigure.simulator;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.BoundPropertiesTrackingBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if the application's database is to be the simulator: if no property names a
 * data source, or in a test that would replace the named one by an embedded database.
 * Test slices do so, unless the URL is the test's own.
 */
final class SimulatedDatabaseCondition extends SpringBootCondition implements ConfigurationCondition {

	private static final List<String> DATA_SOURCE_PROPERTIES = List.of("spring.datasource.url",
			"spring.datasource.jndi-name", "spring.datasource.hikari.jdbc-url");

	private static final String TEST_DATABASE = "org.springframework.boot.jdbc.test.autoconfigure."
			+ "TestDatabaseAutoConfiguration";

	private static final String DYNAMIC_PROPERTIES = "org.springframework.test.context.support."
			+ "DynamicValuesPropertySource";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Simulated database");
		Environment environment = context.getEnvironment();
		String replace = context.getRegistry().containsBeanDefinition(TEST_DATABASE)
				? environment.getProperty("spring.test.database.replace", "NON_TEST") : "NONE";
		return switch (replace) {
			case "NONE" -> configured(environment, message);
			case "NON_TEST" -> isOwnUrl(environment) ? ConditionOutcome.noMatch(message.because("the URL is a test's"))
					: ConditionOutcome.match(message.because("a test replaces the database"));
			default -> ConditionOutcome.noMatch(message.because("a test replaces any database"));
		};
	}

	private static ConditionOutcome configured(Environment environment, ConditionMessage.Builder message) {
		List<String> found = DATA_SOURCE_PROPERTIES.stream().filter(environment::containsProperty).toList();
		return found.isEmpty() ? ConditionOutcome.match(message.because("no property names a data source"))
				: ConditionOutcome.noMatch(message.found("property", "properties").items(found));
	}

	private static boolean isOwnUrl(Environment environment) {
		List<ConfigurationProperty> bound = new ArrayList<>();
		Binder.get(environment, new BoundPropertiesTrackingBindHandler(bound::add))
			.bind("spring.datasource.url", Bindable.of(String.class));
		return bound.stream()
			.anyMatch((property) -> isDynamic(property.getOrigin())
					|| property.getValue().toString().startsWith("jdbc:tc:"));
	}

	private static boolean isDynamic(@Nullable Origin origin) {
		return origin instanceof PropertySourceOrigin source
				&& DYNAMIC_PROPERTIES.equals(source.getPropertySource().getClass().getName());
	}

}
