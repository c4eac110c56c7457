package io.github.matrixone.spring.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

/**
 * The application that must survive: a Spring Boot application with the starter.
 */
final class Application implements AutoCloseable {

	private static final int POOL_SIZE = 10;

	private final ConfigurableApplicationContext context;

	private final LeftBehind leftBehind;

	private Application(ConfigurableApplicationContext context) {
		this.context = context;
		this.leftBehind = LeftBehind.listen();
	}

	/**
	 * Start the application.
	 * @param server the server
	 * @param port where the application finds the server: its own port, or that of
	 * something in the way
	 * @param parameters parameters for the URL
	 * @param withStarter whether the starter does its work
	 */
	static Application start(TestServer server, int port, String parameters, boolean withStarter) {
		return new Application(new SpringApplicationBuilder(Configured.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("testServer", server))
			.properties(properties(server, port, parameters, withStarter).toArray(String[]::new))
			.run());
	}

	Work work() {
		return work(TransactionTemplate.TIMEOUT_DEFAULT);
	}

	/**
	 * Return the work.
	 * @param timeout the timeout of its transactions in seconds
	 */
	Work work(int timeout) {
		PlatformTransactionManager manager = bean(PlatformTransactionManager.class);
		TransactionTemplate transaction = new TransactionTemplate(manager);
		transaction.setTimeout(timeout);
		TransactionTemplate readOnly = new TransactionTemplate(manager);
		readOnly.setReadOnly(true);
		return new Work(bean(JdbcTemplate.class), transaction, readOnly, commands());
	}

	Commands commands() {
		return Commands.of(this.context.getBeanProvider(SnapshotOperations.class),
				this.context.getBeanProvider(CloneOperations.class), bean(JdbcTemplate.class), bean(TestServer.class));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	boolean isUp() {
		return this.context.getBeansOfType(HealthIndicator.class)
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith("matrixOne") || entry.getKey().startsWith("db"))
			.map((entry) -> entry.getValue().health())
			.allMatch((health) -> health != null && Status.UP.equals(health.getStatus()));
	}

	HikariPoolMXBean pool() {
		HikariDataSource pool = DataSourceUnwrapper.unwrap(bean(DataSource.class), HikariDataSource.class);
		if (pool == null) {
			throw new IllegalStateException("There is no pool");
		}
		return pool.getHikariPoolMXBean();
	}

	/**
	 * Find out whether the application works as if nothing had happened.
	 */
	void requireHealed(Verdict verdict, Collection<Report> reports) {
		Report report = work().run(Work.unit(Kind.ALL));
		reports.add(report);
		verdict.require(report.outcome() == Outcome.ACKNOWLEDGED, "The application has not healed: " + report);
		verdict.require(isUp(), "The application is not healthy in the end");
		verdict.require(pool().getActiveConnections() == 0,
				"Connections that were not given back: " + pool().getActiveConnections());
		verdict.require(pool().getThreadsAwaitingConnection() == 0, "Threads that wait for a connection");
	}

	LeftBehind leftBehind() {
		return this.leftBehind;
	}

	@Override
	public void close() {
		this.context.close();
	}

	private static List<String> properties(TestServer server, int port, String parameters, boolean withStarter) {
		List<String> properties = new ArrayList<>();
		properties.add("spring.datasource.url=jdbc:mysql://" + server.host() + ':' + port + '/' + TestServer.DATABASE
				+ "?connectTimeout=2000" + parameters);
		properties.add("spring.datasource.username=" + server.username());
		properties.add("spring.datasource.password=" + server.password());
		properties.add("spring.datasource.hikari.maximum-pool-size=" + POOL_SIZE);
		properties.add("spring.datasource.hikari.connection-timeout=3000");
		properties.add("spring.datasource.hikari.connection-init-sql=SET lock_wait_timeout = 20");
		properties
			.add("spring.autoconfigure.exclude=org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration");
		properties.add("matrixone.enabled=" + withStarter);
		properties.add("spring.main.banner-mode=off");
		properties.add("logging.level.root=off");
		properties.add("logging.level." + LeftBehind.LOGGER + "=warn");
		return properties;
	}

	/**
	 * The configuration.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Configured {

		@Bean
		@Lazy
		Conflicts conflicts(JdbcTemplate jdbc) {
			return new Conflicts(jdbc);
		}

	}

}
