package io.github.matrixone.spring.past;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Has methods with {@link ReadAsOf} read the past.
 */
final class ReadAsOfInterceptor implements MethodInterceptor {

	private final Supplier<PastOperations> past;

	private final Map<MethodClassKey, ReadAsOf> annotations = new ConcurrentHashMap<>();

	ReadAsOfInterceptor(Supplier<PastOperations> past) {
		this.past = past;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Class<?> type = (invocation.getThis() != null) ? AopUtils.getTargetClass(invocation.getThis())
				: invocation.getMethod().getDeclaringClass();
		ReadAsOf annotation = this.annotations.computeIfAbsent(new MethodClassKey(invocation.getMethod(), type),
				(key) -> annotation(invocation.getMethod(), type));
		try {
			return reads(annotation).execute(() -> proceed(invocation));
		}
		catch (Thrown ex) {
			throw ex.getCause();
		}
	}

	private PastReads reads(ReadAsOf annotation) {
		return StringUtils.hasLength(annotation.snapshot())
				? this.past.get().asOf(SnapshotName.of(annotation.snapshot()))
				: this.past.get().asOf(DurationFormatterUtils.detectAndParse(annotation.ago()));
	}

	private static @Nullable Object proceed(MethodInvocation invocation) {
		try {
			return invocation.proceed();
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new Thrown(ex);
		}
	}

	private static ReadAsOf annotation(Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		ReadAsOf annotation = AnnotatedElementUtils.findMergedAnnotation(specific, ReadAsOf.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(type, ReadAsOf.class);
		}
		Assert.state(annotation != null, () -> "There is no @ReadAsOf on " + specific);
		Assert.state(StringUtils.hasLength(annotation.snapshot()) != StringUtils.hasLength(annotation.ago()),
				() -> "@ReadAsOf on " + specific + " needs either a snapshot or how long ago");
		boolean async = AnnotatedElementUtils.hasAnnotation(specific, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(type, Async.class);
		Assert.state(!async && !isLater(method.getReturnType()) && !isSuspending(method), () -> "@ReadAsOf on "
				+ specific
				+ " would not read the past: the method is done by another thread, or later. Give it to a method that "
				+ "returns what it has read");
		return annotation;
	}

	private static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
	}

	private static boolean isLater(Class<?> result) {
		return Future.class.isAssignableFrom(result) || Callable.class.isAssignableFrom(result)
				|| Supplier.class.isAssignableFrom(result) || Runnable.class.isAssignableFrom(result)
				|| result.getName().startsWith("org.springframework.web.")
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(result) != null;
	}

	/**
	 * Carries a checked exception of the method.
	 */
	private static final class Thrown extends RuntimeException {

		Thrown(Throwable cause) {
			super(cause);
		}

		@Override
		public synchronized Throwable getCause() {
			Throwable cause = super.getCause();
			Assert.state(cause != null, "There is an exception");
			return cause;
		}

	}

}
