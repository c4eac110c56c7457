package io.github.matrixone.spring.contract.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EngineTestKit.Builder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs test classes that are part of another test.
 */
final class Fixtures {

	private Fixtures() {
	}

	static EngineExecutionResults run(Class<?>... testClasses) {
		return run((kit) -> kit, testClasses);
	}

	static EngineExecutionResults runInParallel(Class<?>... testClasses) {
		return run(
				(kit) -> kit.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
					.configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
					.configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
					.configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "8"),
				testClasses);
	}

	/**
	 * Check that all tests have succeeded, or throw what the first one has thrown.
	 */
	static void assertAllSucceed(int tests, EngineExecutionResults results) {
		assertThat(failures(results)).isEmpty();
		assertThat(results.testEvents().succeeded().count()).isEqualTo(tests);
	}

	static List<Throwable> failures(EngineExecutionResults results) {
		return results.allEvents()
			.failed()
			.stream()
			.map((event) -> event.getRequiredPayload(TestExecutionResult.class))
			.flatMap((result) -> result.getThrowable().stream())
			.toList();
	}

	private static EngineExecutionResults run(UnaryOperator<Builder> customizer, Class<?>... testClasses) {
		return customizer
			.apply(EngineTestKit.engine("junit-jupiter")
				.selectors(Arrays.stream(testClasses)
					.map(DiscoverySelectors::selectClass)
					.toArray(DiscoverySelector[]::new)))
			.execute();
	}

}
