package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Names the setting when an application cannot start because MatrixOne does not support a
 * setting of the driver. Comes before {@link ServerUnreachableFailureAnalyzer}: some of
 * these failures look like a connection failure.
 */
@Order(0)
final class DriverSettingFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

	/**
	 * Newer servers refuse what the driver sends on a URL of several hosts, before it is
	 * known here that they are a MatrixOne.
	 */
	private static final String READ_ONLY_REFUSED = "transaction access mode READ ONLY is not supported";

	private final Environment environment;

	DriverSettingFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
		String url = DataSourceUrl.withoutCredentials(this.environment);
		if (url == null || (FailureMoment.isAfterStart(cause) && !FailureMoment.isConnecting(cause))) {
			return null;
		}
		for (Throwable current = cause; current != null; current = current.getCause()) {
			String message = current.getMessage();
			String cure = (message != null) ? cure(message) : null;
			if (cure != null) {
				return new FailureAnalysis(
						"The MatrixOne server at " + url + " does not support a setting of the connection: " + message,
						cure, rootFailure);
			}
		}
		return null;
	}

	private static @Nullable String cure(String message) {
		if (message.contains("SSL Connection required, but not provided by server")) {
			return "Turn TLS on in the server's configuration, or remove sslMode, useSSL and requireSSL from "
					+ "spring.datasource.url: the default uses TLS if the server offers it.";
		}
		if (message.contains("the system variable does not exist")) {
			return "Correct sessionVariables in spring.datasource.url, or spring.datasource.hikari.connection-init-sql: "
					+ "a variable that it sets does not exist on MatrixOne. For innodb_lock_wait_timeout use "
					+ "lock_wait_timeout.";
		}
		if (message.contains("unsupported Prepare flag")) {
			return "Remove useCursorFetch from spring.datasource.url: the server does not support it (MO#27286).";
		}
		if (message.contains("column \"tables.TABLE_TYPE\" must appear in the GROUP BY")) {
			return "Remove useInformationSchema from spring.datasource.url and set matrixone.driver.adjust=true, or set "
					+ "useInformationSchema=false (MO#25103).";
		}
		if (message.startsWith("A URL with several hosts") || message.contains(READ_ONLY_REFUSED)) {
			return "Name one host in spring.datasource.url: a compute node, or a load balancer for TCP connections.";
		}
		return null;
	}

}
