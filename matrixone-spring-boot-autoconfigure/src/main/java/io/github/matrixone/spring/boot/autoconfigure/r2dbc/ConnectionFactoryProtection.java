package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.util.Set;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.boot.r2dbc.OptionsCapableConnectionFactory;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.core.Ordered;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneProperties.Transaction.UnsupportedIsolation;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactoryProvider;

/**
 * Puts a {@link MatrixOneConnectionFactory} beneath the pool that Spring Boot makes,
 * wherever the options come from. It decorates the driver's connection factory after all
 * other decorators, so that the pool gets its connections as they are. A pool that is
 * made of a URL is out of a decorator's reach: there the driver is exchanged in the
 * options.
 */
final class ConnectionFactoryProtection
		implements ConnectionFactoryDecorator, ConnectionFactoryOptionsBuilderCustomizer, Ordered {

	private static final Set<String> DRIVERS = Set.of("mysql", "mariadb");

	private static final String POOL = "pool";

	private final ObjectProvider<MatrixOneProperties> properties;

	ConnectionFactoryProtection(ObjectProvider<MatrixOneProperties> properties) {
		this.properties = properties;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public ConnectionFactory decorate(ConnectionFactory connectionFactory) {
		if (!UnprotectedConnectionFactories.mayLeadToMatrixOne(connectionFactory)
				|| MatrixOneConnectionFactory.protects(connectionFactory)
				|| MatrixOneConnectionFactory.isPooled(connectionFactory)) {
			return connectionFactory;
		}
		MatrixOneConnectionFactory protecting = new MatrixOneConnectionFactory(connectionFactory);
		ConnectionFactoryOptions.Builder settings = ConnectionFactoryOptions.builder();
		OptionsCapableConnectionFactory optionsCapable = OptionsCapableConnectionFactory.unwrapFrom(connectionFactory);
		if (optionsCapable != null) {
			settings.from(optionsCapable.getOptions());
		}
		addSettings(settings);
		MatrixOneConnectionFactoryProvider.configure(protecting, settings.build());
		return protecting;
	}

	@Override
	public void customize(ConnectionFactoryOptions.Builder builder) {
		ConnectionFactoryOptions options = builder.build();
		String driver = value(options, ConnectionFactoryOptions.DRIVER);
		String protocol = value(options, ConnectionFactoryOptions.PROTOCOL);
		String pooled = protocol.split(":", 2)[0];
		if (driver.equals(MatrixOneConnectionFactoryProvider.DRIVER)) {
			builder.from(MatrixOneConnectionFactoryProvider.driverOptions(options));
		}
		else if (driver.equals(POOL) && DRIVERS.contains(pooled)) {
			builder.option(ConnectionFactoryOptions.PROTOCOL,
					MatrixOneConnectionFactoryProvider.DRIVER + ':' + protocol);
			addSettings(builder);
		}
		else if (driver.equals(POOL) && pooled.equals(MatrixOneConnectionFactoryProvider.DRIVER)) {
			addSettings(builder);
		}
	}

	/**
	 * Add what the properties say to the settings that are there.
	 */
	private void addSettings(ConnectionFactoryOptions.Builder builder) {
		ConnectionFactoryOptions given = builder.build();
		MatrixOneProperties properties = this.properties.getObject();
		add(builder, given, MatrixOneConnectionFactoryProvider.SERIALIZE_LOCK_UPGRADES,
				properties.getTransaction().isSerializeLockUpgrades());
		add(builder, given, MatrixOneConnectionFactoryProvider.DOWNGRADE_ISOLATION,
				properties.getTransaction().getIsolation() == UnsupportedIsolation.READ_COMMITTED);
		add(builder, given, MatrixOneConnectionFactoryProvider.TRANSLATE_EXCEPTIONS,
				properties.getExceptionTranslation().isEnabled());
	}

	private static void add(ConnectionFactoryOptions.Builder builder, ConnectionFactoryOptions given,
			Option<Boolean> option, boolean value) {
		if (!given.hasOption(option)) {
			builder.option(option, value);
		}
	}

	private static String value(ConnectionFactoryOptions options, Option<String> option) {
		Object value = options.getValue(option);
		return (value != null) ? value.toString() : "";
	}

}
