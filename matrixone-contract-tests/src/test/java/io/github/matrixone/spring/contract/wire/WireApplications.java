package io.github.matrixone.spring.contract.wire;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Applications with a server each, started once and used by several tests. One that a
 * test has failed with is not used again: its connections may be in any state.
 */
final class WireApplications implements AutoCloseable {

	private final Map<Object, WireApplication> started = new LinkedHashMap<>();

	/**
	 * Run a test with an application.
	 * @param key tells applications apart
	 * @param starter starts the application, given its server
	 * @param test the test
	 */
	void run(Object key, Function<WireServer, ConfigurableApplicationContext> starter, Test test) throws Exception {
		WireApplication application = this.started.get(key);
		if (application == null) {
			application = start(starter);
			this.started.put(key, application);
		}
		application.server().reset();
		boolean passed = false;
		try {
			test.run(application);
			passed = true;
		}
		finally {
			if (!passed) {
				this.started.remove(key);
				application.close();
			}
		}
	}

	/**
	 * Start an application without a web server and without the properties of others.
	 * @param sources its configuration
	 * @param properties its properties
	 */
	static ConfigurableApplicationContext start(List<Class<?>> sources, Map<String, ?> properties) {
		Map<String, Object> all = new HashMap<>(properties);
		all.put("spring.config.name", "none");
		all.put("logging.level.root", "off");
		return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.run(all.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new));
	}

	private static WireApplication start(Function<WireServer, ConfigurableApplicationContext> starter) {
		WireServer server = WireServer.start();
		try {
			return new WireApplication(server, starter.apply(server));
		}
		catch (RuntimeException ex) {
			server.close();
			throw ex;
		}
	}

	@Override
	public void close() {
		this.started.values().forEach(WireApplication::close);
		this.started.clear();
	}

	/**
	 * A test with an application.
	 */
	interface Test {

		void run(WireApplication application) throws Exception;

	}

	/**
	 * An application and its server.
	 *
	 * @param server the server
	 * @param context the application's context
	 */
	record WireApplication(WireServer server, ConfigurableApplicationContext context) implements AutoCloseable {

		<T> T bean(Class<T> type) {
			return this.context.getBean(type);
		}

		@Override
		public void close() {
			this.context.close();
			this.server.close();
		}

	}

}
