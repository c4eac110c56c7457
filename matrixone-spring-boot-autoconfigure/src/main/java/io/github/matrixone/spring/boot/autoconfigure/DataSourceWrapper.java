package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * Makes the application's data source a MatrixOne one, where that is not a server.
 */
@FunctionalInterface
interface DataSourceWrapper {

	MatrixOneDataSource wrap(DataSource dataSource);

}
