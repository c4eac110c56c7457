package io.github.matrixone.spring.boot.test.sandbox.context;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Finds a running web server, whose threads belong to no test.
 */
final class WebServers {

	private static final boolean PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.web.server.context.WebServerApplicationContext",
			WebServers.class.getClassLoader());

	private WebServers() {
	}

	static boolean isRunning(ApplicationContext context) {
		return PRESENT && context instanceof WebServerApplicationContext;
	}

}
