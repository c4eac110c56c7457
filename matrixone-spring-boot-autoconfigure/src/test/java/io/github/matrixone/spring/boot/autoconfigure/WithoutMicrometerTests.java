package io.github.matrixone.spring.boot.autoconfigure;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that have taken Micrometer from their class path.
 */
class WithoutMicrometerTests {

	@Test
	void haveTheOperations() throws Exception {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader classes = withoutMicrometer()) {
			assertThat(ClassUtils.isPresent("io.micrometer.observation.ObservationRegistry", classes)).isFalse();
			Thread.currentThread().setContextClassLoader(classes);
			Class<?> application = classes.loadClass(Application.class.getName());
			assertThat(((BooleanSupplier) BeanUtils.instantiateClass(application)).getAsBoolean()).isTrue();
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	private static URLClassLoader withoutMicrometer() throws MalformedURLException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			if (!entry.contains("micrometer")) {
				urls.add(new File(entry).toURI().toURL());
			}
		}
		return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
			MatrixOneAutoConfiguration.class, MatrixOneSimulatorAutoConfiguration.class })
	public static class Application implements BooleanSupplier {

		@Override
		public boolean getAsBoolean() {
			try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
					Application.class)) {
				return context.getBean(SnapshotOperations.class).list().isEmpty();
			}
		}

	}

}
