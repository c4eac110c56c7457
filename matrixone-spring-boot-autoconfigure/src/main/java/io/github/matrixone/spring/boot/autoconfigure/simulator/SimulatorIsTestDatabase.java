package io.github.matrixone.spring.boot.autoconfigure.simulator;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.container.ContainerImageMetadata;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Marks the simulator as a database that exists for its application only, as those in
 * containers are, so that test slices do not replace it.
 */
final class SimulatorIsTestDatabase implements ImportBeanDefinitionRegistrar {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
		new ContainerImageMetadata("matrixone-simulator")
			.addTo(registry.getBeanDefinition("matrixOneSimulatorConnectionDetails"));
	}

}
