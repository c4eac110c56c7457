package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.function.Consumer;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which data source has the sandboxes: the one that Spring injects.
 */
class CandidateDataSourceTests {

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	@Test
	void isTheOnlyOne() {
		define("one", (definition) -> definition.setDefaultCandidate(false));
		assertThat(CandidateDataSource.name(this.beans)).isEqualTo("one");
	}

	@Test
	void isThePrimaryOne() {
		define("one", (definition) -> {
		});
		define("two", (definition) -> definition.setPrimary(true));
		assertIsInjected("two");
	}

	@Test
	void isTheOneThatIsADefaultCandidate() {
		define("one", (definition) -> definition.setDefaultCandidate(false));
		define("two", (definition) -> {
		});
		define("three", (definition) -> definition.setAutowireCandidate(false));
		assertIsInjected("two");
	}

	@Test
	void isTheOneThatIsNoFallback() {
		define("one", (definition) -> {
		});
		define("two", (definition) -> definition.setFallback(true));
		assertIsInjected("one");
	}

	@Test
	void canBeASingletonWithoutADefinition() {
		this.beans.registerSingleton("one", new DriverManagerDataSource());
		define("two", (definition) -> definition.setFallback(true));
		assertIsInjected("one");
	}

	@Test
	void cannotBeOneOfTwoThatAreAlike() {
		define("one", (definition) -> {
		});
		define("two", (definition) -> {
		});
		assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> CandidateDataSource.name(this.beans))
			.withMessageContaining("[one, two]")
			.withMessageContaining("@Primary");
	}

	private void assertIsInjected(String name) {
		assertThat(CandidateDataSource.name(this.beans)).isEqualTo(name);
		assertThat(this.beans.getBean(DataSource.class)).isSameAs(this.beans.getBean(name));
	}

	private void define(String name, Consumer<RootBeanDefinition> customizer) {
		RootBeanDefinition definition = new RootBeanDefinition(DriverManagerDataSource.class);
		customizer.accept(definition);
		this.beans.registerBeanDefinition(name, definition);
	}

}
