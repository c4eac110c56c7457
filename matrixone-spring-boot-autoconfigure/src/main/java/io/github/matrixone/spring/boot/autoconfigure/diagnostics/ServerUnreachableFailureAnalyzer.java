package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Says what to do when an application cannot start because its database server does not
 * answer Connector/J when that opens a connection. Other drivers fail with the same SQL
 * states, and a server that refuses a connection does answer. Which of several data
 * sources has failed is not known.
 */
final class ServerUnreachableFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

	private static final String COMMUNICATION_FAILURE = "08S01";

	private final Environment environment;

	ServerUnreachableFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
		String url = DataSourceUrl.withoutCredentials(this.environment);
		if (url == null || !COMMUNICATION_FAILURE.equals(cause.getSQLState()) || !FailureMoment.isConnecting(cause)) {
			return null;
		}
		return new FailureAnalysis(
				"No server answers Connector/J: " + cause.getMessage() + "\n\nspring.datasource.url leads to " + url,
				"""
						Start the server, or correct spring.datasource.url, or the URL of the data source that has failed. For a run without a server remove the URL and add
						matrixone-simulator to the class path. An application with JPA can start before its server does with
						spring.jpa.database-platform=io.github.matrixone.spring.hibernate.MatrixOneDialect""",
				rootFailure);
	}

}
