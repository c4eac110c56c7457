package io.github.matrixone.spring.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks a test that pins a fault which MatrixOne 4.2 has and newer servers have no more.
 * On 4.2 the test must pass. On a newer server it must fail, and a line of the output
 * says what is mended there: what guards against the fault may be lifted.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(FaultOfServer.Interceptor.class)
public @interface FaultOfServer {

	/**
	 * What the server of 4.2 does.
	 */
	String value();

	/**
	 * Which invocations of a parameterized test pin the fault, by a part of their display
	 * name. All by default.
	 */
	String[] only() default {};

	/**
	 * Expects the test to fail on a newer server.
	 */
	final class Interceptor implements InvocationInterceptor {

		@Override
		public void interceptTestMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method,
				ExtensionContext context) throws Throwable {
			intercept(invocation, context);
		}

		@Override
		public void interceptTestTemplateMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method,
				ExtensionContext context) throws Throwable {
			intercept(invocation, context);
		}

		private static void intercept(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
			FaultOfServer fault = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), FaultOfServer.class)
				.orElseThrow();
			if (!ServerUnderTest.isAvailable() || !ServerUnderTest.get().isNewer()
					|| !isMeant(fault, context.getDisplayName())) {
				invocation.proceed();
				return;
			}
			try {
				invocation.proceed();
			}
			catch (AssertionError | Exception ex) {
				System.out.println("mended on this server: " + fault.value());
				return;
			}
			throw new AssertionError("A newer server has this fault as well: " + fault.value());
		}

		private static boolean isMeant(FaultOfServer fault, String displayName) {
			if (fault.only().length == 0) {
				return true;
			}
			for (String part : fault.only()) {
				if (displayName.contains(part)) {
					return true;
				}
			}
			return false;
		}

	}

}
