package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.jdbc.MatrixOneDriver;

/**
 * A connection as the pool would have opened it, for where somebody has swallowed why
 * there was none. The pool is closed by then.
 */
final class ConnectionAttempt {

	private static final String DATA_SOURCE = "spring.datasource.";

	private static final String HIKARI = DATA_SOURCE + "hikari.";

	private static final String TIMEOUT_IN_MILLISECONDS = "5000";

	private ConnectionAttempt() {
	}

	/**
	 * Open a connection and close it. A server that does not answer is waited for five
	 * seconds, unless the URL says otherwise.
	 * @return what it has failed with, or {@code null} if it was opened
	 */
	static @Nullable SQLException failure(Environment environment) {
		String url = environment.getRequiredProperty(DATA_SOURCE + "url");
		try (Connection connection = new MatrixOneDriver().connect(MatrixOneDriver.urlOf(url), info(environment))) {
			String sql = environment.getProperty(HIKARI + "connection-init-sql");
			if (connection != null && StringUtils.hasText(sql)) {
				execute(connection, sql);
			}
			return null;
		}
		catch (SQLException ex) {
			return ex;
		}
	}

	private static Properties info(Environment environment) {
		Properties info = new Properties();
		info.setProperty("connectTimeout", TIMEOUT_IN_MILLISECONDS);
		info.setProperty("socketTimeout", TIMEOUT_IN_MILLISECONDS);
		Binder.get(environment)
			.bind(HIKARI + "data-source-properties", Bindable.mapOf(String.class, String.class))
			.ifBound(info::putAll);
		put(info, "user", environment, "username");
		put(info, "password", environment, "password");
		return info;
	}

	private static void put(Properties info, String name, Environment environment, String property) {
		String value = environment.getProperty(HIKARI + property, environment.getProperty(DATA_SOURCE + property, ""));
		if (!value.isEmpty()) {
			info.setProperty(name, value);
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
