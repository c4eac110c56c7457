package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

/**
 * Tells which data source the simulator stands in for, where there is no server.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SimulatedDataSource {

	/**
	 * Return whether a data source is that of the simulator. Others that the application
	 * has stay as they are.
	 * @param dataSource the data source, which may not be complete yet
	 * @param beanName the name of the bean
	 * @return whether it is
	 */
	boolean isFor(DataSource dataSource, String beanName);

}
