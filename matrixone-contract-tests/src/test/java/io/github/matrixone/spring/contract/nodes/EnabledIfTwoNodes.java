package io.github.matrixone.spring.contract.nodes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs tests only where there is a server with two compute nodes, and says so in one line
 * where there is none.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EnabledIfTwoNodes.Condition.class)
@interface EnabledIfTwoNodes {

	class Condition implements ExecutionCondition {

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			return Node.areAvailable() ? ConditionEvaluationResult.enabled("There are two compute nodes")
					: ConditionEvaluationResult.disabled("MATRIXONE_URLS does not name two compute nodes");
		}

	}

}
