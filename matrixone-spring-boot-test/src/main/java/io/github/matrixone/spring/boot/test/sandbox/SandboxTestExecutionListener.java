package io.github.matrixone.spring.boot.test.sandbox;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Opens and closes the sandboxes of tests: before a test's transaction begins, and after
 * it has ended.
 */
final class SandboxTestExecutionListener implements TestExecutionListener, Ordered {

	private static final String OPENED = SandboxTestExecutionListener.class.getName() + ".opened";

	private static final String BEFORE = SandboxTestExecutionListener.class.getName() + ".before";

	private static final String FAILED = SandboxTestExecutionListener.class.getName() + ".failed";

	private static final String CONTEXT = SandboxTestExecutionListener.class.getName() + ".sandboxes";

	@Override
	public int getOrder() {
		return 2500;
	}

	@Override
	public void beforeTestClass(TestContext test) {
		Class<?> testClass = test.getTestClass();
		if (SandboxAnnotations.all(testClass).isEmpty()) {
			return;
		}
		Sandboxes sandboxes = sandboxes(test);
		sandboxes.started();
		MatrixOneSandbox annotation = SandboxAnnotations.ofClass(testClass);
		Optional<OpenSandbox> shared = Optional.empty();
		if (annotation != null && annotation.scope() == SandboxScope.PER_CLASS) {
			shared = Optional.of(sandboxes.openShared(SandboxAnnotations.owner(testClass), annotation.exclusive()));
		}
		test.setAttribute(CONTEXT, sandboxes);
		sandboxes.bind(shared);
	}

	@Override
	public void beforeTestMethod(TestContext test) {
		Sandboxes sandboxes = (Sandboxes) test.getAttribute(CONTEXT);
		if (sandboxes == null) {
			return;
		}
		MatrixOneSandbox ofClass = SandboxAnnotations.ofClass(test.getTestClass());
		MatrixOneSandbox ofMethod = SandboxAnnotations.ofMethod(test.getTestMethod());
		boolean shared = ofClass != null && ofClass.scope() == SandboxScope.PER_CLASS;
		if (ofMethod != null && (shared || ofMethod.scope() == SandboxScope.PER_CLASS)) {
			throw new SandboxException(
					"A sandbox of the scope PER_CLASS is for all tests of its class: take the " + "annotation from "
							+ test.getTestMethod() + ", or choose PER_METHOD for the class and the method");
		}
		MatrixOneSandbox annotation = (ofMethod != null) ? ofMethod : ofClass;
		Optional<OpenSandbox> sandbox = Optional.empty();
		if (shared) {
			sandbox = Optional.of(sandboxes.shared(SandboxAnnotations.owner(test.getTestClass())));
		}
		else if (annotation != null) {
			sandbox = Optional.of(sandboxes(test).open(annotation.exclusive()));
			test.setAttribute(OPENED, sandbox.get());
		}
		test.setAttribute(BEFORE, Optional.ofNullable(sandboxes.bind(sandbox)));
	}

	@Override
	public void afterTestMethod(TestContext test) {
		Sandboxes sandboxes = (Sandboxes) test.getAttribute(CONTEXT);
		if (sandboxes == null) {
			return;
		}
		if (test.getTestException() != null) {
			test.setAttribute(FAILED, Boolean.TRUE);
		}
		Object before = test.removeAttribute(BEFORE);
		if (before instanceof Optional<?> binding) {
			sandboxes.bind(restored(binding));
		}
		OpenSandbox opened = (OpenSandbox) test.removeAttribute(OPENED);
		if (opened != null) {
			String name = test.getTestClass().getSimpleName() + '.' + test.getTestMethod().getName();
			sandboxes.close(opened, (test.getTestException() != null && isKept(test, annotation(test))) ? name : null);
		}
	}

	@Override
	public void afterTestClass(TestContext test) {
		Sandboxes sandboxes = (Sandboxes) test.removeAttribute(CONTEXT);
		if (sandboxes == null) {
			return;
		}
		sandboxes.bind(null);
		MatrixOneSandbox annotation = SandboxAnnotations.ofClass(test.getTestClass());
		if (annotation != null && annotation.scope() == SandboxScope.PER_CLASS) {
			boolean kept = test.hasAttribute(FAILED) && isKept(test, annotation);
			sandboxes.closeShared(SandboxAnnotations.owner(test.getTestClass()),
					kept ? test.getTestClass().getSimpleName() : null);
		}
	}

	private static MatrixOneSandbox annotation(TestContext test) {
		MatrixOneSandbox ofMethod = SandboxAnnotations.ofMethod(test.getTestMethod());
		return (ofMethod != null) ? ofMethod : Objects.requireNonNull(SandboxAnnotations.ofClass(test.getTestClass()));
	}

	private static boolean isKept(TestContext test, MatrixOneSandbox annotation) {
		return annotation.keepOnFailure() || (test.hasApplicationContext() && test.getApplicationContext()
			.getEnvironment()
			.getProperty("matrixone.sandbox.keep-on-failure", Boolean.class, false));
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Optional<OpenSandbox> restored(Optional<?> binding) {
		return (Optional<OpenSandbox>) binding.orElse(null);
	}

	private static Sandboxes sandboxes(TestContext test) {
		Sandboxes sandboxes = SandboxContextCustomizer.sandboxes(test.getApplicationContext());
		if (sandboxes == null) {
			throw new SandboxException("The application context of " + test.getTestClass().getName()
					+ " was made without sandboxes: is matrixone-spring-boot-test's META-INF/spring.factories missing?");
		}
		return sandboxes;
	}

}
