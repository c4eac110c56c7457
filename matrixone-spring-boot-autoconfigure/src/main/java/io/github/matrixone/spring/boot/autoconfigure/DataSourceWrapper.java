package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * Makes the application's data source a MatrixOne one, where that is not a server.
 *
 * @since 0.1
 */
public interface DataSourceWrapper {

	/**
	 * Return whether a data source is the one to wrap. Others that the application has
	 * stay as they are.
	 * @param dataSource the data source, which may not be complete yet
	 * @param beanName the name of the bean
	 * @return whether it is
	 */
	boolean isFor(DataSource dataSource, String beanName);

	/**
	 * Wrap a data source.
	 * @param dataSource the data source
	 * @return what stands in its place
	 */
	MatrixOneDataSource wrap(DataSource dataSource);

}
