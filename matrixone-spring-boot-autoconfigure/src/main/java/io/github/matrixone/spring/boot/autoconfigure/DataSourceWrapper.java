package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * Makes the application's data source a MatrixOne one, where that is not a server.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface DataSourceWrapper {

	/**
	 * Wrap a data source.
	 * @param dataSource the application's
	 * @return what stands in its place
	 */
	MatrixOneDataSource wrap(DataSource dataSource);

}
