package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

import io.github.matrixone.spring.dao.MatrixOneError;

/**
 * Says what to do when an application cannot start because the server answers Connector/J
 * that it knows no such user or database.
 */
final class ConnectionRefusedFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

	private static final int ACCESS_DENIED = 1045;

	private final Environment environment;

	ConnectionRefusedFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
		String url = DataSourceUrl.withoutCredentials(this.environment);
		if (url == null || !FailureMoment.isConnecting(cause)) {
			return null;
		}
		for (Throwable current = cause; current != null; current = current.getCause()) {
			String cure = (current instanceof SQLException answer) ? cure(answer) : null;
			if (cure != null) {
				return new FailureAnalysis("The server refuses the connection: " + current.getMessage()
						+ "\n\nspring.datasource.url leads to " + url, cure, rootFailure);
			}
		}
		return null;
	}

	private static @Nullable String cure(SQLException cause) {
		if (MatrixOneError.of(cause) == MatrixOneError.UNKNOWN_DATABASE) {
			return "Create the database, or have the driver create it with createDatabaseIfNotExist=true in "
					+ "spring.datasource.url, or correct its name there.";
		}
		if (cause.getErrorCode() == ACCESS_DENIED) {
			return "Correct spring.datasource.username and spring.datasource.password. A user of another account than sys "
					+ "has its name behind that of the account: account:user.";
		}
		return null;
	}

}
