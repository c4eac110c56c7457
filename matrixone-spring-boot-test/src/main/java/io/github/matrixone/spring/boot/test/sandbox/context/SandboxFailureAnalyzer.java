package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.Objects;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

/**
 * Says why an application context with sandboxes does not start. What to do is part of
 * the message.
 */
final class SandboxFailureAnalyzer extends AbstractFailureAnalyzer<SandboxException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SandboxException cause) {
		return new FailureAnalysis("No sandbox can be made for tests with @MatrixOneSandbox.",
				Objects.requireNonNull(cause.getMessage()), cause);
	}

}
