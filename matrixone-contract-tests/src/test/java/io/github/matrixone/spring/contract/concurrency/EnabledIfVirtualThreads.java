package io.github.matrixone.spring.contract.concurrency;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs tests only where the JDK has virtual threads, and says so in one line where it has
 * none.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EnabledIfVirtualThreads.Condition.class)
@interface EnabledIfVirtualThreads {

	class Condition implements ExecutionCondition {

		private static final boolean AVAILABLE = find();

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			if (AVAILABLE) {
				return ConditionEvaluationResult.enabled("The JDK has virtual threads");
			}
			return ConditionEvaluationResult.disabled("The JDK has no virtual threads");
		}

		private static boolean find() {
			int version = Runtime.version().feature();
			if (version >= 21) {
				return true;
			}
			System.out.println("NOT RUN: the contract on virtual threads. JDK " + version
					+ " has none, run the build on JDK 21 or later.");
			return false;
		}

	}

}
