package io.github.matrixone.spring.boot.autoconfigure.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;

import io.github.matrixone.spring.boot.autoconfigure.DataSourceWrapper;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.simulator.MatrixOneSimulator;

/**
 * Makes the simulator when the application's data source is, and keeps it for the
 * operations.
 */
final class SimulatorHolder implements DataSourceWrapper {

	private static final List<String> URLS = List.of("jdbcUrl", "url", "URL");

	private static final String TARGET = "targetDataSource";

	private final String url;

	private @Nullable MatrixOneSimulator simulator;

	/**
	 * Create a holder.
	 * @param url where the simulator's database is
	 */
	SimulatorHolder(String url) {
		this.url = url;
	}

	/**
	 * Only the data source that Spring Boot makes leads to the simulator's database. One
	 * that does not say where it leads is taken for it.
	 */
	@Override
	public boolean isFor(DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
		if (properties.isReadableProperty(TARGET) && properties.getPropertyValue(TARGET) instanceof DataSource target) {
			return isFor(target);
		}
		return URLS.stream()
			.filter(properties::isReadableProperty)
			.findFirst()
			.map((name) -> this.url.equals(properties.getPropertyValue(name)))
			.orElse(true);
	}

	@Override
	public synchronized MatrixOneDataSource wrap(DataSource dataSource) {
		this.simulator = new MatrixOneSimulator(dataSource);
		return this.simulator.dataSource();
	}

	synchronized MatrixOneBackend backend() {
		return requireSimulator().backend();
	}

	/**
	 * Return a connection of the simulator's own, for a command beside a transaction.
	 */
	Connection ownConnection() throws SQLException {
		DataSource ownConnections;
		synchronized (this) {
			ownConnections = requireSimulator().ownConnections();
		}
		return ownConnections.getConnection();
	}

	private MatrixOneSimulator requireSimulator() {
		if (this.simulator == null) {
			throw new IllegalStateException("The simulator needs a DataSource bean to work on");
		}
		return this.simulator;
	}

}
