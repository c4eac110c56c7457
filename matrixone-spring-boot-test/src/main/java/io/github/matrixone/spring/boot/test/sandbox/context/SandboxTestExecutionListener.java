package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.lang.Contract;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.SandboxScope;
import io.github.matrixone.spring.boot.test.sandbox.database.OpenSandbox;

/**
 * Opens and closes the sandboxes of tests: before a test's transaction begins, and after
 * it has ended, but before {@code @DirtiesContext} closes the context. Methods may run on
 * other threads than their class's, and each thread has a test context with attributes of
 * its own.
 */
final class SandboxTestExecutionListener implements TestExecutionListener, Ordered {

	private static final String OPENED = SandboxTestExecutionListener.class.getName() + ".opened";

	private static final String BEFORE = SandboxTestExecutionListener.class.getName() + ".before";

	private static final String BEFORE_CLASS = SandboxTestExecutionListener.class.getName() + ".beforeClass";

	@Override
	public int getOrder() {
		return 3500;
	}

	@Override
	public void beforeTestClass(TestContext test) {
		Class<?> testClass = test.getTestClass();
		if (!SandboxAnnotations.arePresent(testClass)) {
			return;
		}
		begin(test, testClass, sandboxes(test));
	}

	private static void begin(TestContext test, Class<?> testClass, Sandboxes sandboxes) {
		sandboxes.started();
		MatrixOneSandbox annotation = SandboxAnnotations.ofClass(testClass);
		Optional<OpenSandbox> sandbox = isShared(annotation)
				? Optional.of(sandboxes.openShared(SandboxAnnotations.owner(testClass), annotation.exclusive()))
				: Optional.empty();
		test.setAttribute(BEFORE_CLASS, new Binding(sandboxes, sandboxes.bind(sandbox)));
	}

	@Override
	public void beforeTestMethod(TestContext test) {
		Class<?> testClass = test.getTestClass();
		if (!SandboxAnnotations.arePresent(testClass)) {
			return;
		}
		Sandboxes sandboxes = sandboxes(test);
		if (test.getAttribute(BEFORE_CLASS) instanceof Binding before && before.sandboxes() != sandboxes) {
			// @DirtiesContext has closed the context with which the class began.
			begin(test, testClass, sandboxes);
		}
		MatrixOneSandbox ofClass = SandboxAnnotations.ofClass(testClass);
		MatrixOneSandbox ofMethod = SandboxAnnotations.ofMethod(test.getTestMethod());
		if (ofMethod != null && (isShared(ofClass) || isShared(ofMethod))) {
			throw new SandboxException(
					"A sandbox of the scope PER_CLASS is for all tests of its class: take the " + "annotation from "
							+ test.getTestMethod() + ", or choose PER_METHOD for the class and the method");
		}
		MatrixOneSandbox annotation = (ofMethod != null) ? ofMethod : ofClass;
		Optional<OpenSandbox> sandbox = Optional.empty();
		if (isShared(annotation)) {
			sandbox = Optional.of(sandboxes.shared(SandboxAnnotations.owner(testClass)));
		}
		else if (annotation != null) {
			sandbox = Optional.of(sandboxes.open(testClass, annotation.exclusive()));
			test.setAttribute(OPENED, sandbox.get());
		}
		test.setAttribute(BEFORE, new Binding(sandboxes, sandboxes.bind(sandbox)));
	}

	@Override
	public void afterTestMethod(TestContext test) {
		Binding before = (Binding) test.removeAttribute(BEFORE);
		if (before == null) {
			return;
		}
		Sandboxes sandboxes = before.sandboxes();
		sandboxes.bind(before.sandbox());
		MatrixOneSandbox annotation = SandboxAnnotations.ofMethod(test.getTestMethod());
		if (annotation == null) {
			annotation = SandboxAnnotations.ofClass(test.getTestClass());
		}
		boolean kept = test.getTestException() != null && annotation != null
				&& (annotation.keepOnFailure() || sandboxes.areKeptOnFailure());
		String keptFor = kept ? test.getTestClass().getSimpleName() + '.' + test.getTestMethod().getName() : null;
		OpenSandbox opened = (OpenSandbox) test.removeAttribute(OPENED);
		if (opened != null) {
			sandboxes.close(opened, keptFor);
		}
		else if (isShared(annotation) && keptFor != null) {
			sandboxes.keepShared(SandboxAnnotations.owner(test.getTestClass()), keptFor);
		}
	}

	@Override
	public void afterTestClass(TestContext test) {
		Binding before = (Binding) test.removeAttribute(BEFORE_CLASS);
		if (before == null) {
			return;
		}
		Class<?> testClass = test.getTestClass();
		before.sandboxes().bind(before.sandbox());
		if (isShared(SandboxAnnotations.ofClass(testClass))) {
			before.sandboxes().closeShared(SandboxAnnotations.owner(testClass));
		}
	}

	@Contract("null -> false")
	private static boolean isShared(@Nullable MatrixOneSandbox annotation) {
		return annotation != null && annotation.scope() == SandboxScope.PER_CLASS;
	}

	private static Sandboxes sandboxes(TestContext test) {
		return Objects.requireNonNull(SandboxContextCustomizer.sandboxes(test.getApplicationContext()),
				"The application context of a test with @MatrixOneSandbox must have been customized");
	}

	/**
	 * What a thread had before a test class or method.
	 */
	private record Binding(Sandboxes sandboxes, @Nullable Optional<OpenSandbox> sandbox) {

	}

}
