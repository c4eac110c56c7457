package io.github.matrixone.spring.benchmarks;

import java.sql.Connection;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.p6spy.engine.spy.P6DataSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import net.ttddyy.dsproxy.listener.NoOpQueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;

/**
 * What stands between an application and a driver, set up so that it does nothing that
 * can be turned off.
 */
public enum PriceWrapper {

	/** The driver alone. */
	DRIVER("the driver alone", UnaryOperator.identity()),

	/** The wrapper of the starter, on a server that reads READ COMMITTED. */
	STARTER("the starter", (driver) -> new MatrixOneDataSource(driver, new StubConnections())),

	/** The default modules, and an appender that wants nothing. */
	P6SPY("p6spy", (driver) -> {
		System.setProperty("p6spy.config.appender", SilentAppender.class.getName());
		return new P6DataSource(driver);
	}),

	/** With a listener that does nothing. */
	DATASOURCE_PROXY("datasource-proxy",
			(driver) -> ProxyDataSourceBuilder.create(driver).listener(new NoOpQueryExecutionListener()).build()),

	/** With a registry that observes nothing. */
	MICROMETER_NOOP("datasource-micrometer, no registry", (driver) -> observed(driver, ObservationRegistry.NOOP)),

	/** With a registry and a handler that does nothing. */
	MICROMETER("datasource-micrometer", (driver) -> {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new SilentHandler());
		return observed(driver, registry);
	});

	private final String title;

	private final UnaryOperator<DataSource> wrapping;

	PriceWrapper(String title, UnaryOperator<DataSource> wrapping) {
		this.title = title;
		this.wrapping = wrapping;
	}

	String title() {
		return this.title;
	}

	DataSource wrap(DataSource driver) {
		return this.wrapping.apply(driver);
	}

	/**
	 * As its auto-configuration does: connections, queries and results are observed.
	 */
	private static DataSource observed(DataSource driver, ObservationRegistry registry) {
		DataSourceObservationListener listener = new DataSourceObservationListener(registry);
		return ProxyDataSourceBuilder.create("stub", driver)
			.listener(listener)
			.methodListener(listener)
			.proxyResultSet()
			.build();
	}

	private static final class StubConnections extends MatrixOneConnections {

		private StubConnections() {
			setReadCommitted(true);
		}

		@Override
		protected boolean isMatrixOne(Connection connection) {
			return true;
		}

	}

	private static final class SilentHandler implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
