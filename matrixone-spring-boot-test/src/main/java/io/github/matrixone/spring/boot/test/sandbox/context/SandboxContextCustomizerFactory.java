package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.SandboxException;

/**
 * Customizes the application contexts of tests with a {@link MatrixOneSandbox}.
 */
final class SandboxContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> attributes) {
		List<MatrixOneSandbox> annotations = SandboxAnnotations.all(testClass);
		List<String> templates = annotations.stream().map(MatrixOneSandbox::template).distinct().toList();
		if (templates.size() > 1) {
			throw new SandboxException(
					"The tests of " + testClass.getName() + " share an application context, and so a " + "template: "
							+ templates + " are several. Name one on the class and none on the methods");
		}
		return templates.isEmpty() ? null : new SandboxContextCustomizer(templates.get(0));
	}

}
