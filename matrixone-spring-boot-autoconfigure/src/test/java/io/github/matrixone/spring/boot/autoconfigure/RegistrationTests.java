package io.github.matrixone.spring.boot.autoconfigure;

import java.lang.annotation.Annotation;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureJdbc;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class RegistrationTests {

	@Test
	void allAutoConfigurationsAreRegistered() {
		assertThat(registered(AutoConfiguration.class)).containsExactlyElementsOf(autoConfigurations());
	}

	@Test
	void allButHealthArePartOfTheJdbcSlices() {
		assertThat(registered(AutoConfigureJdbc.class)).containsExactlyElementsOf(partsOfSlices());
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.mybatis.spring.boot.test.autoconfigure.AutoConfigureMybatis",
			"org.springframework.boot.data.r2dbc.test.autoconfigure.AutoConfigureDataR2dbc",
			"org.springframework.boot.jooq.test.autoconfigure.AutoConfigureJooq" })
	void allButHealthArePartOfTheSlicesOfOtherLibraries(String annotation) throws Exception {
		assertThat(PropertiesLoaderUtils.loadAllProperties("META-INF/spring/" + annotation + ".imports")
			.stringPropertyNames()).filteredOn(RegistrationTests::isOurs)
			.containsExactlyInAnyOrderElementsOf(partsOfSlices());
	}

	private static List<String> registered(Class<? extends Annotation> annotation) {
		return ImportCandidates.load(annotation, RegistrationTests.class.getClassLoader())
			.getCandidates()
			.stream()
			.filter(RegistrationTests::isOurs)
			.toList();
	}

	private static boolean isOurs(String name) {
		return name.startsWith(RegistrationTests.class.getPackageName());
	}

	private static List<String> partsOfSlices() {
		return autoConfigurations().stream().filter((name) -> !name.contains("Health")).toList();
	}

	private static List<String> autoConfigurations() {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.setEnvironment(new MockEnvironment().withProperty("matrixone.journal.enabled", "true")
			.withProperty("matrixone.migration.snapshot-before", "true"));
		scanner.addIncludeFilter(new AnnotationTypeFilter(AutoConfiguration.class));
		return scanner.findCandidateComponents(RegistrationTests.class.getPackageName())
			.stream()
			.map(BeanDefinition::getBeanClassName)
			.sorted()
			.toList();
	}

}
