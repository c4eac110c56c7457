package io.github.matrixone.spring.contract;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reactive operations as the blocking ones: each call waits for the result of the method
 * that has the same name and parameters.
 */
final class WaitingOperations implements MethodInterceptor {

	private final Object operations;

	private final WaitingTransactionManager transactions;

	private WaitingOperations(Object operations, WaitingTransactionManager transactions) {
		this.operations = operations;
		this.transactions = transactions;
	}

	/**
	 * Have reactive operations called as blocking ones.
	 * @param <T> the type of the blocking ones
	 * @param blocking their interface
	 * @param reactive the reactive ones
	 * @param transactions waits for the results
	 * @return the operations
	 * @throws IllegalStateException if a method has no reactive twin
	 */
	static <T> T of(Class<T> blocking, Object reactive, WaitingTransactionManager transactions) {
		WaitingOperations waiting = new WaitingOperations(reactive, transactions);
		for (Method method : blocking.getMethods()) {
			waiting.twin(method);
		}
		return ProxyFactory.getProxy(blocking, waiting);
	}

	@Override
	public Object invoke(MethodInvocation call) throws Throwable {
		Method method = call.getMethod();
		Object result = AopUtils.invokeJoinpointUsingReflection(this.operations, twin(method), call.getArguments());
		if (method.getReturnType() == List.class) {
			return this.transactions.await(((Flux<?>) result).collectList());
		}
		if (method.getReturnType() == Optional.class) {
			return Optional.ofNullable(this.transactions.await((Mono<?>) result));
		}
		return (result instanceof Mono<?> mono) ? this.transactions.await(mono) : result;
	}

	private Method twin(Method method) {
		try {
			return this.operations.getClass().getMethod(method.getName(), method.getParameterTypes());
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(
					this.operations.getClass().getSimpleName() + " has no reactive twin of " + method, ex);
		}
	}

}
