package io.github.matrixone.spring.benchmarks;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;

/**
 * A small application in a process of its own that prints what its start has taken. It
 * does not know the starter, which may not be there.
 */
public final class StartedApplication {

	private StartedApplication() {
	}

	/**
	 * Start, read in a transaction, print the figures and end.
	 * @param args arguments of Spring Boot
	 * @throws SQLException if the server cannot be reached
	 */
	public static void main(String[] args) throws SQLException {
		SpringApplication application = new SpringApplication(Configuration.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.addListeners(new ReadyTime());
		try (ConfigurableApplicationContext context = application.run(args)) {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Long accounts = new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.execute((status) -> Objects
					.requireNonNull(jdbc.queryForObject("SELECT count(*) FROM account", Long.class)));
			boolean starter = isProtected(context.getBean(DataSource.class));
			System.gc();
			System.out.println(StartupBenchmark.FIGURES + String.format(Locale.ROOT, "%d %d %d %d %d %s",
					ReadyTime.milliseconds, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
					ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
					ManagementFactory.getThreadMXBean().getThreadCount(), accounts,
					starter ? StartupBenchmark.WITH_STARTER : StartupBenchmark.PLAIN));
		}
	}

	/**
	 * Return whether the starter is beneath the pool. It need not be on the class path.
	 */
	private static boolean isProtected(DataSource dataSource) throws SQLException {
		String type = "io.github.matrixone.spring.jdbc.connection.MatrixOneConnection";
		try (Connection connection = dataSource.getConnection()) {
			return ClassUtils.isPresent(type, null) && connection.isWrapperFor(ClassUtils.resolveClassName(type, null));
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Configuration {

	}

	/**
	 * Takes the time from the start of the process until the application is ready.
	 */
	private static final class ReadyTime implements ApplicationListener<ApplicationReadyEvent> {

		private static volatile long milliseconds;

		@Override
		public void onApplicationEvent(ApplicationReadyEvent event) {
			milliseconds = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
		}

	}

}
