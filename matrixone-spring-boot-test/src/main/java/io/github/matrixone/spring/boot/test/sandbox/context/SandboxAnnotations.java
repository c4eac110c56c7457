package io.github.matrixone.spring.boot.test.sandbox.context;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestContextAnnotationUtils.AnnotationDescriptor;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;

/**
 * Finds {@link MatrixOneSandbox} on tests.
 */
final class SandboxAnnotations {

	private static final Map<Class<?>, Boolean> present = new ConcurrentReferenceHashMap<>();

	private SandboxAnnotations() {
	}

	static boolean arePresent(Class<?> testClass) {
		return present.computeIfAbsent(testClass, (key) -> !all(key).isEmpty());
	}

	static List<MatrixOneSandbox> all(Class<?> testClass) {
		List<MatrixOneSandbox> found = new ArrayList<>();
		MatrixOneSandbox ofClass = ofClass(testClass);
		if (ofClass != null) {
			found.add(ofClass);
		}
		ReflectionUtils.doWithMethods(testClass, (method) -> {
			MatrixOneSandbox ofMethod = ofMethod(method);
			if (ofMethod != null && (ofClass == null || !ofMethod.template().isEmpty())) {
				found.add(ofMethod);
			}
		});
		return found;
	}

	static @Nullable MatrixOneSandbox ofClass(Class<?> testClass) {
		return TestContextAnnotationUtils.findMergedAnnotation(testClass, MatrixOneSandbox.class);
	}

	static @Nullable MatrixOneSandbox ofMethod(Method method) {
		return AnnotatedElementUtils.findMergedAnnotation(method, MatrixOneSandbox.class);
	}

	/**
	 * Return the class whose sandbox a class has: itself, or that around it from which it
	 * has the annotation.
	 */
	static Class<?> owner(Class<?> testClass) {
		AnnotationDescriptor<MatrixOneSandbox> descriptor = TestContextAnnotationUtils
			.findAnnotationDescriptor(testClass, MatrixOneSandbox.class);
		Class<?> enclosing = testClass.getEnclosingClass();
		boolean own = descriptor == null || descriptor.getRootDeclaringClass().isAssignableFrom(testClass);
		return (own || enclosing == null) ? testClass : owner(enclosing);
	}

}
