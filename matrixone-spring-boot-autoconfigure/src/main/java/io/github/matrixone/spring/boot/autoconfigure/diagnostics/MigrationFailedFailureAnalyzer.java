package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

import io.github.matrixone.spring.boot.autoconfigure.migration.MigrationFailedException;

/**
 * Says how to go back when an application cannot start because a migration has failed.
 */
@Order(0)
final class MigrationFailedFailureAnalyzer extends AbstractFailureAnalyzer<MigrationFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MigrationFailedException cause) {
		return new FailureAnalysis(cause.getProblem(), cause.getWayBack(), rootFailure);
	}

}
