package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import java.sql.SQLException;

import org.hibernate.HibernateException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Says what to do when an application with JPA cannot start because Hibernate could not
 * ask the server for its dialect. The failure itself does not say why, because Hibernate
 * only logs that: a connection of our own tells it.
 */
final class MissingDialectFailureAnalyzer extends AbstractFailureAnalyzer<HibernateException> {

	private static final String MISSING_DIALECT = "Unable to determine Dialect without JDBC metadata";

	private final Environment environment;

	MissingDialectFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, HibernateException cause) {
		String url = DataSourceUrl.withoutCredentials(this.environment);
		if (url == null || cause.getMessage() == null || !cause.getMessage().contains(MISSING_DIALECT)) {
			return null;
		}
		SQLException failure = ConnectionAttempt.failure(this.environment);
		FailureAnalysis reason = (failure != null) ? analyzeReason(rootFailure, failure) : null;
		return (reason != null) ? reason : new FailureAnalysis(
				"Hibernate got no connection to " + url
						+ ": the server does not answer, or refuses the user, the database or a setting. "
						+ "Hibernate's warning HHH100046 in the log has the error.",
				"""
						Start the server, or correct spring.datasource.*. To start without the server set
						spring.jpa.database-platform=io.github.matrixone.spring.hibernate.MatrixOneDialect""",
				rootFailure);
	}

	private @Nullable FailureAnalysis analyzeReason(Throwable rootFailure, SQLException failure) {
		FailureAnalysis setting = new DriverSettingFailureAnalyzer(this.environment).analyze(rootFailure, failure);
		if (setting != null) {
			return setting;
		}
		FailureAnalysis refused = new ConnectionRefusedFailureAnalyzer(this.environment).analyze(rootFailure, failure);
		return (refused != null) ? refused
				: new ServerUnreachableFailureAnalyzer(this.environment).analyze(rootFailure, failure);
	}

}
