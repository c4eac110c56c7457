package io.github.matrixone.spring.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;

/**
 * A Spring Boot application with a data source, with the starter or without. Both have
 * the same URL and the same settings.
 */
final class Application implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Application(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an application that has the starter.
	 * @param jpa whether it has JPA, rather than JDBC alone
	 * @param properties its properties
	 * @throws IllegalStateException if the starter does nothing in it
	 */
	static Application withStarter(boolean jpa, Map<String, String> properties) {
		Application application = start(jpa, List.of(), properties);
		if (!application.hasProtectedConnections()) {
			throw new IllegalStateException("The starter is not between the pool and the driver");
		}
		return application;
	}

	/**
	 * Start an application that has none of the starter's auto-configurations, nor the
	 * library's dialect.
	 * @param jpa whether it has JPA, rather than JDBC alone
	 * @param properties its properties
	 * @throws IllegalStateException if anything of the starter's is in it
	 */
	static Application plain(boolean jpa, Map<String, String> properties) {
		Map<String, String> plain = new HashMap<>(properties);
		plain.put("spring.jpa.database-platform", "org.hibernate.dialect.MySQLDialect");
		Application application = start(jpa, autoConfigurationsOfStarter(), plain);
		application.requirePlain();
		return application;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	@Override
	public void close() {
		this.context.close();
	}

	private static Application start(boolean jpa, List<String> excluded, Map<String, String> properties) {
		List<String> exclude = new ArrayList<>(excluded);
		if (!jpa) {
			exclude.add(HibernateJpaAutoConfiguration.class.getName());
		}
		Map<String, Object> all = new HashMap<>(properties);
		all.put("spring.autoconfigure.exclude", String.join(",", exclude));
		all.put("spring.jpa.hibernate.ddl-auto", "none");
		all.put("logging.level.root", "warn");
		SpringApplication application = new SpringApplication(Configuration.class);
		application.setBannerMode(Banner.Mode.OFF);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setLogStartupInfo(false);
		application.setDefaultProperties(all);
		return new Application(application.run());
	}

	private static List<String> autoConfigurationsOfStarter() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.github.matrixone."))
			.toList();
	}

	private boolean hasProtectedConnections() {
		try (Connection connection = bean(DataSource.class).getConnection()) {
			return connection.isWrapperFor(MatrixOneConnection.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("No connection", ex);
		}
	}

	private void requirePlain() {
		if (hasProtectedConnections()) {
			throw new IllegalStateException("The starter is between the pool and the driver");
		}
		List<String> ours = Arrays.stream(this.context.getBeanDefinitionNames())
			.map((name) -> ClassUtils.getUserClass(this.context.getBean(name)))
			.filter((type) -> type.getName().startsWith("io.github.matrixone.") && type != Configuration.class)
			.map(Class::getName)
			.toList();
		if (!ours.isEmpty()) {
			throw new IllegalStateException("Beans of the starter in a plain application: " + ours);
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Configuration {

	}

}
