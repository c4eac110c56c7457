package io.github.matrixone.spring.boot.autoconfigure;

import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.matrixone.spring.transaction.MatrixOneDataSource;

/**
 * Finds the application's own data source behind a wrapped one.
 */
final class PlainDataSource {

	private PlainDataSource() {
	}

	static DataSource of(DataSource dataSource) {
		DataSource current = dataSource;
		while (current instanceof DelegatingDataSource delegating) {
			DataSource target = Objects.requireNonNull(delegating.getTargetDataSource());
			if (current instanceof MatrixOneDataSource) {
				return target;
			}
			current = target;
		}
		return dataSource;
	}

}
