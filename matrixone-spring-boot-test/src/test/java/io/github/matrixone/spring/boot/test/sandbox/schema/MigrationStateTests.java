package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import javax.sql.DataSource;

import org.hibernate.boot.model.naming.ImplicitNamingStrategy;
import org.hibernate.boot.model.naming.PhysicalNamingStrategy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jpa.autoconfigure.EntityManagerFactoryBuilderCustomizer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.JpaVendorAdapter;
import org.springframework.orm.jpa.persistenceunit.ManagedClassNameFilter;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the tables of an application are known by.
 */
class MigrationStateTests {

	@TempDir
	private Path classes;

	private final GenericApplicationContext context = new GenericApplicationContext();

	@BeforeEach
	void refresh() throws MalformedURLException {
		this.context.setClassLoader(new URLClassLoader(new URL[] { this.classes.toUri().toURL() }));
		this.context.refresh();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.jpa.mapping-resources=mapping.xml", "spring.jpa.mapping-resources[0]=mapping.xml",
			"spring.jpa.mappingResources[0]=mapping.xml" })
	void isAnotherOneIfAMappingIsAnotherOne(String property) throws IOException {
		TestPropertyValues.of(property).applyTo(this.context);
		Files.writeString(this.classes.resolve("mapping.xml"), "<entity-mappings/>");
		String before = keyOfEntities();
		assertThat(keyOfEntities()).isEqualTo(before);
		Files.writeString(this.classes.resolve("mapping.xml"), "<entity-mappings></entity-mappings>");
		assertThat(keyOfEntities()).isNotEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.jpa.generate-ddl=true", "spring.jpa.hibernate.ddl-auto=Update",
			"spring.jpa.hibernate.ddlAuto=update", "spring.jpa.properties.hibernate.hbm2ddl.auto=create",
			"spring.jpa.properties[hibernate.hbm2ddl.auto]=create",
			"spring.jpa.properties[jakarta.persistence.schema-generation.database.action]=create" })
	void hibernateMakesTables(String property) {
		assertThat(JpaSupport.makesTables(this.context.getEnvironment())).isFalse();
		TestPropertyValues.of(property).applyTo(this.context);
		assertThat(JpaSupport.makesTables(this.context.getEnvironment())).isTrue();
	}

	@Test
	void hibernateMakesTablesByAVariableOfTheEnvironment() {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
					Map.of("SPRING_JPA_HIBERNATE_DDLAUTO", "update")));
		assertThat(JpaSupport.makesTables(this.context.getEnvironment())).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.jpa.hibernate.ddl-auto=validate", "spring.jpa.hibernate.ddl-auto=none",
			"spring.jpa.hibernate.ddl-auto=", "spring.jpa.properties.hibernate.hbm2ddl.auto=none" })
	void hibernateMakesNoTables(String property) {
		TestPropertyValues.of(property).applyTo(this.context);
		assertThat(JpaSupport.makesTables(this.context.getEnvironment())).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.sql.init.data-locations=", "spring.sql.init.data-locations[0]=",
			"spring.sql.init.dataLocations[0]=" })
	void scriptsMakeTablesAndAreAnotherStateIfTheyAreOthers(String property) throws IOException {
		Path script = Files.writeString(this.classes.resolve("rows.sql"), "INSERT");
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceInitializationAutoConfiguration.class))
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withBean(DataSource.class, DriverManagerDataSource::new)
			.withPropertyValues("spring.sql.init.mode=always", property + script.toUri());
		runner.run((context) -> {
			MigrationState before = stateOfScripts(context);
			assertThat(before.makesTables()).isTrue();
			assertThat(stateOfScripts(context).key()).isEqualTo(before.key());
			Files.writeString(script, "UPDATE");
			assertThat(stateOfScripts(context).key()).isNotEqualTo(before.key());
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { PhysicalNamingStrategy.class, ImplicitNamingStrategy.class,
			HibernatePropertiesCustomizer.class, EntityManagerFactoryBuilderCustomizer.class, JpaVendorAdapter.class,
			PersistenceManagedTypes.class, ManagedClassNameFilter.class })
	void isLikeNoOtherIfABeanTellsHibernateWhatToDo(Class<?> type) throws IOException {
		assertThat(keyOfEntities()).isNotNull();
		this.context.registerBeanDefinition("own", new RootBeanDefinition(type));
		assertThat(keyOfEntities()).isNull();
	}

	@Test
	void isKnownIfABeanOfTheStarterTellsHibernateWhatToDoAheadOfTime() throws Exception {
		Method method = Declared.class.getDeclaredMethod("names");
		RootBeanDefinition own = new RootBeanDefinition(PhysicalNamingStrategy.class);
		own.setResolvedFactoryMethod(method);
		this.context.registerBeanDefinition("names", own);
		assertThat(keyOfEntities()).isNotNull();
	}

	private static MigrationState stateOfScripts(AssertableApplicationContext context) {
		return MigrationState.of(context.getSourceApplicationContext(GenericApplicationContext.class),
				new TreeSet<>(Set.of(context.getBeanNamesForType(DataSourceScriptDatabaseInitializer.class))));
	}

	private String keyOfEntities() throws IOException {
		MigrationState state = MigrationState.of(this.context, Collections.emptySortedSet());
		JpaSupport.addEntities(state, this.context);
		return state.key();
	}

	/**
	 * Is in a package of the starter.
	 */
	private static final class Declared {

		static PhysicalNamingStrategy names() {
			throw new UnsupportedOperationException();
		}

	}

}
