package io.github.matrixone.spring.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import io.github.matrixone.spring.shop.ShopTests;

/**
 * A run of a class of tests in this process. The first method is apart from the others,
 * because the application context starts for it.
 *
 * @param start milliseconds until the first method has ended
 * @param method milliseconds of each other method, with what is done before and after it
 * @param between the median of the milliseconds between the end of a method and the begin
 * of the next
 * @param end milliseconds after the last method, until the context is closed
 */
record TestRun(double start, double method, double between, double end) {

	/**
	 * Run a class.
	 * @param tests the class
	 * @param methods how many methods, without the first
	 * @param properties the system properties for the application
	 * @param betweenMethods is called after each method
	 * @throws IllegalStateException if a test has failed, or not run
	 */
	static TestRun of(Class<? extends ShopTests> tests, int methods, Map<String, String> properties,
			Runnable betweenMethods) {
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectClass(tests))
			.build();
		Ends ends = new Ends(betweenMethods);
		properties.forEach(System::setProperty);
		System.setProperty(ShopTests.METHODS, String.valueOf(1 + methods));
		ShopTests.TIMES.clear();
		long start = System.nanoTime();
		long end;
		try {
			LauncherFactory.create().execute(request, ends);
		}
		finally {
			end = System.nanoTime();
			System.clearProperty(ShopTests.METHODS);
			properties.keySet().forEach(System::clearProperty);
		}
		if (ends.failure != null) {
			throw new IllegalStateException("A test of " + tests.getName() + " has failed", ends.failure);
		}
		List<Long> times = ends.times;
		Workspace.require(times.size() == 1 + methods,
				times.size() + " of " + (1 + methods) + " methods of " + tests.getName() + " have run");
		long first = times.get(0);
		return new TestRun((first - start) / 1e6, (times.get(methods) - first) / 1e6 / methods,
				between(ShopTests.TIMES), (end - times.get(methods)) / 1e6);
	}

	private static double between(List<Long> times) {
		Samples between = new Samples();
		for (int i = 1; i + 1 < times.size(); i += 2) {
			between.add((times.get(i + 1) - times.get(i)) / 1e6);
		}
		return between.median();
	}

	/**
	 * Takes the times at which methods end, and the first failure.
	 */
	private static final class Ends implements TestExecutionListener {

		private final List<Long> times = new ArrayList<>();

		private final Runnable betweenMethods;

		private @Nullable Throwable failure;

		Ends(Runnable betweenMethods) {
			this.betweenMethods = betweenMethods;
		}

		@Override
		public void executionFinished(TestIdentifier test, TestExecutionResult result) {
			this.failure = (this.failure != null) ? this.failure : result.getThrowable().orElse(null);
			if (test.isTest()) {
				this.times.add(System.nanoTime());
				this.betweenMethods.run();
			}
		}

	}

}
