package io.github.matrixone.spring.boot.autoconfigure.simulator;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

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

	private final ConfigurableListableBeanFactory beans;

	private @Nullable MatrixOneSimulator simulator;

	/**
	 * Create a holder.
	 * @param url where the simulator's database is
	 * @param beans the application's beans
	 */
	SimulatorHolder(String url, ConfigurableListableBeanFactory beans) {
		this.url = url;
		this.beans = beans;
	}

	/**
	 * Only the data source that Spring Boot makes leads to the simulator's database. One
	 * that does not say where it leads is taken for it if others are injected with it.
	 */
	@Override
	public boolean isFor(DataSource dataSource, String beanName) {
		return leadsToSimulator(dataSource).orElseGet(() -> isDefaultCandidate(beanName));
	}

	/**
	 * Return whether a data source says that it leads to the simulator's database, or
	 * nothing if it does not say where it leads.
	 */
	private Optional<Boolean> leadsToSimulator(DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
		if (properties.isReadableProperty(TARGET) && properties.getPropertyValue(TARGET) instanceof DataSource target) {
			return leadsToSimulator(target);
		}
		return URLS.stream()
			.filter(properties::isReadableProperty)
			.findFirst()
			.map((name) -> this.url.equals(properties.getPropertyValue(name)));
	}

	private boolean isDefaultCandidate(String beanName) {
		return !this.beans.containsBeanDefinition(beanName)
				|| !(this.beans.getMergedBeanDefinition(beanName) instanceof AbstractBeanDefinition definition)
				|| (definition.isAutowireCandidate() && definition.isDefaultCandidate());
	}

	@Override
	public synchronized MatrixOneDataSource wrap(DataSource dataSource) {
		this.simulator = new MatrixOneSimulator(dataSource);
		return this.simulator.dataSource();
	}

	/**
	 * Return what carries commands out on the data source that the application has. One
	 * that a test has put in the place of Spring Boot's, such as a mock, stays as it is.
	 */
	synchronized MatrixOneBackend backend(DataSource dataSource) {
		if (this.simulator == null && !leadsToSimulator(dataSource).orElse(false)) {
			this.simulator = new MatrixOneSimulator(dataSource);
		}
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
