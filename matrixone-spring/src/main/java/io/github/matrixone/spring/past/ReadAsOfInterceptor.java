package io.github.matrixone.spring.past;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Has methods with {@link ReadAsOf} read the past.
 */
final class ReadAsOfInterceptor implements MethodInterceptor {

	private static final Set<String> REACTIVE = Set.of("reactor.core.publisher.Mono", "reactor.core.publisher.Flux");

	private final Supplier<PastOperations> past;

	private final Supplier<ReactivePastOperations> reactivePast;

	private final Map<Key, Reading> readings = new ConcurrentHashMap<>();

	ReadAsOfInterceptor(Supplier<PastOperations> past, Supplier<ReactivePastOperations> reactivePast) {
		this.past = past;
		this.reactivePast = reactivePast;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Class<?> type = (invocation.getThis() != null) ? AopUtils.getTargetClass(invocation.getThis())
				: invocation.getMethod().getDeclaringClass();
		Class<?> proxyType = (invocation instanceof ProxyMethodInvocation proxied) ? proxied.getProxy().getClass()
				: type;
		Reading reading = this.readings.computeIfAbsent(new Key(invocation.getMethod(), type, proxyType),
				ReadAsOfInterceptor::reading);
		if (reading.isReactive()) {
			return ReactiveResult.within(reactiveReads(reading.annotation()), invocation.proceed());
		}
		try {
			return reads(reading.annotation()).execute(() -> proceed(invocation));
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

	private ReactivePastReads reactiveReads(ReadAsOf annotation) {
		return StringUtils.hasLength(annotation.snapshot())
				? this.reactivePast.get().asOf(SnapshotName.of(annotation.snapshot()))
				: this.reactivePast.get().asOf(DurationFormatterUtils.detectAndParse(annotation.ago()));
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

	private static Reading reading(Key key) {
		Method method = key.method();
		Class<?> type = key.type();
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		ReadAsOf annotation = AnnotatedElementUtils.findMergedAnnotation(specific, ReadAsOf.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(type, ReadAsOf.class);
		}
		if (annotation == null) {
			// The implementation of a repository does not have the repository's
			// interface.
			annotation = AnnotatedElementUtils.findMergedAnnotation(key.proxyType(), ReadAsOf.class);
		}
		Assert.state(annotation != null, () -> "There is no @ReadAsOf on " + specific);
		Assert.state(StringUtils.hasLength(annotation.snapshot()) != StringUtils.hasLength(annotation.ago()),
				() -> "@ReadAsOf on " + specific + " needs either a snapshot or how long ago");
		boolean async = AnnotatedElementUtils.hasAnnotation(specific, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(type, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(key.proxyType(), Async.class);
		boolean reactive = REACTIVE.contains(specific.getReturnType().getName());
		Assert.state(!async && (reactive || !isLater(specific
			.getReturnType())) && !isSuspending(method), () -> "@ReadAsOf on " + specific
					+ " would not read the past: the method is done by another thread, or later. Give it to a method "
					+ "that returns what it has read, or a Mono or Flux that reads over R2DBC");
		return new Reading(annotation, reactive);
	}

	private static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
	}

	private static boolean isLater(Class<?> result) {
		return LaterReads.isLater(result) || result.getName().startsWith("org.springframework.web.");
	}

	/**
	 * What a method is called on.
	 *
	 * @param method the method
	 * @param type the class of the bean
	 * @param proxyType the class of its proxy, which has all interfaces
	 */
	private record Key(Method method, Class<?> type, Class<?> proxyType) {
	}

	/**
	 * How a method reads.
	 *
	 * @param annotation where
	 * @param isReactive whether as part of the flow that it returns
	 */
	private record Reading(ReadAsOf annotation, boolean isReactive) {
	}

	/**
	 * The only one here that needs Reactor.
	 */
	private static final class ReactiveResult {

		static Object within(ReactivePastReads reads, @Nullable Object result) {
			Assert.state(result != null, "A method with @ReadAsOf must return a Mono or Flux, not null");
			return (result instanceof Mono<?> mono) ? reads.execute(mono) : reads.execute((Flux<?>) result);
		}

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
