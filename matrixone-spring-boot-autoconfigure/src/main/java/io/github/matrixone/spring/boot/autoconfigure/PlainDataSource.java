package io.github.matrixone.spring.boot.autoconfigure;

import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.matrixone.spring.jdbc.DriverAdjustingDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

/**
 * The application's own data source behind a wrapped one, for migration tools: without
 * rules for transactions, but with the driver adjusted.
 */
final class PlainDataSource {

	private PlainDataSource() {
	}

	static DataSource of(DataSource dataSource, MatrixOneProperties properties) {
		DataSource plain = unwrap(dataSource);
		return properties.getDriver().isAdjust() ? new DriverAdjustingDataSource(plain) : plain;
	}

	private static DataSource unwrap(DataSource dataSource) {
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
