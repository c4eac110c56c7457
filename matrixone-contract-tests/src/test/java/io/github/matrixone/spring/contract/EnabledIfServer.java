package io.github.matrixone.spring.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs tests only where there is a MatrixOne server, and says so in one line where there
 * is none.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EnabledIfServer.Condition.class)
public @interface EnabledIfServer {

	class Condition implements ExecutionCondition {

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			if (ServerUnderTest.isAvailable()) {
				return ConditionEvaluationResult.enabled("There is a server");
			}
			return ConditionEvaluationResult.disabled("There is neither MATRIXONE_URL nor Docker");
		}

	}

}
