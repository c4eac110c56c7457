package io.github.matrixone.spring.past;

import java.util.function.Supplier;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.core.Ordered;

/**
 * Has the methods of beans with {@link ReadAsOf} read the past, before their transactions
 * begin.
 *
 * @since 0.1
 */
public class ReadAsOfPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	/**
	 * Create a post-processor.
	 * @param past gives the operations when such a method is called
	 * @param reactivePast gives those for methods that return a {@code Mono} or
	 * {@code Flux}
	 */
	public ReadAsOfPostProcessor(Supplier<PastOperations> past, Supplier<ReactivePastOperations> reactivePast) {
		setBeforeExistingAdvisors(true);
		setOrder(Ordered.LOWEST_PRECEDENCE);
		ComposablePointcut annotated = new ComposablePointcut(
				(Pointcut) new AnnotationMatchingPointcut(null, ReadAsOf.class, true))
			.union((Pointcut) new AnnotationMatchingPointcut(ReadAsOf.class, true))
			.intersection((ClassFilter) ReadAsOfPostProcessor::mayBeAnnotated);
		this.advisor = new DefaultPointcutAdvisor(annotated, new ReadAsOfInterceptor(past, reactivePast));
	}

	/**
	 * Most beans of an application are Spring's own, and looking at all their methods
	 * takes time at each start.
	 */
	private static boolean mayBeAnnotated(Class<?> type) {
		return !type.getName().startsWith("org.springframework.")
				|| type.getName().startsWith("org.springframework.samples.");
	}

}
