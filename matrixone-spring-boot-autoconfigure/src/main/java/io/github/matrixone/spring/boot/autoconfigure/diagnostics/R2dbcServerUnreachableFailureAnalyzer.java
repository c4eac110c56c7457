package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.io.IOException;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Says what to do when an application with R2DBC cannot start because its database server
 * does not answer. Redis and other stores fail with the same exceptions: only the message
 * tells that it is R2DBC.
 */
final class R2dbcServerUnreachableFailureAnalyzer extends AbstractFailureAnalyzer<DataAccessResourceFailureException> {

	private static final String NO_CONNECTION = "Failed to obtain R2DBC Connection";

	private final Environment environment;

	R2dbcServerUnreachableFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, DataAccessResourceFailureException cause) {
		String url = DataSourceUrl.r2dbcWithoutCredentials(this.environment);
		IOException failure = findCause(cause, IOException.class);
		if (url == null || failure == null || !NO_CONNECTION.equals(cause.getMessage())) {
			return null;
		}
		return new FailureAnalysis("No MatrixOne server answers at " + url + ": " + failure.getMessage(),
				"""
						Start the server, or correct spring.r2dbc.url. The simulator has no R2DBC. An application can start before
						its server does if it sends no SQL while it starts, as spring.sql.init.mode=always does.""",
				rootFailure);
	}

}
