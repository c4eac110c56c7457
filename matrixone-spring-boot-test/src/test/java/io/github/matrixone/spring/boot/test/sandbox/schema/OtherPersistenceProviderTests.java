package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JPA without Hibernate on the class path, as with EclipseLink.
 */
class OtherPersistenceProviderTests {

	@Test
	void makesTablesOfWhichNobodyKnowsWhatTheyAreMadeFrom() throws Exception {
		try (URLClassLoader classes = withoutHibernate()) {
			assertThat(ClassUtils.isPresent("org.hibernate.Version", classes)).isFalse();
			Supplier<?> probe = (Supplier<?>) BeanUtils.instantiateClass(classes.loadClass(Probe.class.getName()));
			assertThat(probe.get()).asString().isEqualTo("[entities] known by null");
		}
	}

	private static URLClassLoader withoutHibernate() throws MalformedURLException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			if (!entry.contains("hibernate")) {
				urls.add(new File(entry).toURI().toURL());
			}
		}
		return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	/**
	 * Is in a package of the starter, so that its bean counts as known.
	 */
	public static final class Probe implements Supplier<String> {

		static LocalContainerEntityManagerFactoryBean entities() {
			return new LocalContainerEntityManagerFactoryBean();
		}

		@Override
		public String get() {
			GenericApplicationContext context = new GenericApplicationContext();
			context.refresh();
			RootBeanDefinition definition = new RootBeanDefinition(LocalContainerEntityManagerFactoryBean.class);
			definition.setResolvedFactoryMethod(BeanUtils.findMethodWithMinimalParameters(Probe.class, "entities"));
			context.registerBeanDefinition("entities", definition);
			List<String> names = JpaSupport.entityManagerFactories(context);
			return names + " known by " + MigrationState.of(context, new TreeSet<>(names)).key();
		}

	}

}
