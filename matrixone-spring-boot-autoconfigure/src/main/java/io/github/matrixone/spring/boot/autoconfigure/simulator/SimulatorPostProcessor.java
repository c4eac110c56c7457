package io.github.matrixone.spring.boot.autoconfigure.simulator;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * Puts the simulator around the application's data source. It comes before the
 * post-processors that are beans, so that a spy or a decorator is around the simulator,
 * as it is around a server's pool.
 *
 * @param holder makes the simulator
 */
record SimulatorPostProcessor(ObjectProvider<SimulatorHolder> holder) implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof DataSource dataSource) || bean instanceof MatrixOneDataSource
				|| bean instanceof EmbeddedDatabase) {
			return bean;
		}
		SimulatorHolder holder = this.holder.getObject();
		return holder.isFor(dataSource, beanName) ? holder.wrap(dataSource) : bean;
	}

}
