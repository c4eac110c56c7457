package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * The seat of Spring's data sources without a pool: the driver, or its URL where the
 * driver is asked for by that.
 */
final class SpringSeat implements PoolSeat {

	private final List<MatrixOneDriver> drivers = new ArrayList<>();

	@Override
	public boolean take(DataSource dataSource, MatrixOneConnections connections) {
		if (!(dataSource instanceof AbstractDriverBasedDataSource driverBased)) {
			return false;
		}
		String url = driverBased.getUrl();
		if (url == null || !JdbcUrls.mayLeadToMatrixOne(url)) {
			return true;
		}
		if (driverBased instanceof SimpleDriverDataSource simple) {
			Driver driver = simple.getDriver();
			if (driver != null && !(driver instanceof MatrixOneDriver)) {
				simple.setDriver(new MatrixOneDriver(driver, connections));
			}
			return true;
		}
		if (driverBased instanceof DriverManagerDataSource byUrl) {
			Properties properties = new Properties();
			if (byUrl.getConnectionProperties() != null) {
				properties.putAll(byUrl.getConnectionProperties());
			}
			if (!properties.containsKey(MatrixOneDriver.SEAT_PROPERTY)) {
				properties.setProperty(MatrixOneDriver.SEAT_PROPERTY, byUrl(connections));
			}
			byUrl.setConnectionProperties(properties);
			byUrl.setUrl(MatrixOneDriver.urlOf(url));
			return true;
		}
		return false;
	}

	private synchronized String byUrl(MatrixOneConnections connections) {
		MatrixOneDriver driver = new MatrixOneDriver(new LazyDriver(null, null), connections);
		this.drivers.add(driver);
		return driver.register();
	}

}
