package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.SiblingConnections;

/**
 * Puts sandboxes between the application's pool and the application. Equal ones share a
 * cached context.
 *
 * @param template the database to clone, or nothing
 */
record SandboxContextCustomizer(String template) implements ContextCustomizer {

	static final String BEAN_NAME = "matrixOneSandboxes";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
		Sandboxes sandboxes = new Sandboxes(context, this.template);
		// Test slices would put an embedded database in place of the server.
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource(BEAN_NAME, Map.of("spring.test.database.replace", "NONE")));
		beans.registerSingleton(BEAN_NAME, sandboxes);
		beans.registerDisposableBean(BEAN_NAME, sandboxes);
		beans.registerSingleton("matrixOneSandbox", new CurrentSandbox(sandboxes));
		beans.addBeanPostProcessor(new Wrapper(sandboxes, beans));
		beans.addBeanPostProcessor(sandboxes.makers());
		context.addApplicationListener((event) -> {
			if (event instanceof ContextRefreshedEvent refreshed && refreshed.getApplicationContext() == context) {
				sandboxes.refreshed();
			}
			if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == context) {
				sandboxes.closing();
			}
			// The last event of a start, after the runners and whoever listens for its
			// end.
			if (event instanceof AvailabilityChangeEvent<?> change
					&& change.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
				sandboxes.started();
			}
		});
	}

	static @Nullable Sandboxes sandboxes(ApplicationContext context) {
		return context.containsBean(BEAN_NAME) ? context.getBean(BEAN_NAME, Sandboxes.class) : null;
	}

	/**
	 * Wraps the pool, around its rules for transactions, and what gives connections
	 * beside them. On the simulator those rules are wrapped around the sandboxes, and
	 * commands are looked at before they are carried out beneath.
	 */
	private record Wrapper(Sandboxes sandboxes, DefaultListableBeanFactory beans) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof SiblingConnections siblings) {
				return new SandboxSiblingConnections(this.sandboxes, siblings);
			}
			if (bean instanceof MatrixOneBackend backend && !(bean instanceof ServerBackend)) {
				return new SandboxBackend(backend, new ForbiddenNames(this.sandboxes));
			}
			return (bean instanceof DataSource pool && !(bean instanceof EmbeddedDatabase)
					&& CandidateDataSource.name(this.beans).equals(beanName)) ? this.sandboxes.wrap(pool, beanName)
							: bean;
		}

	}

}
