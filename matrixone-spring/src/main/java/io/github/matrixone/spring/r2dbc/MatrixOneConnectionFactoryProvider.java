package io.github.matrixone.spring.r2dbc;

import java.util.Set;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;
import io.r2dbc.spi.Option;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * The driver of URLs like {@code r2dbc:matrixone://localhost:6001/shop}, and
 * {@code r2dbc:pool:matrixone://…} with a pool: has MySQL's driver connect, and protects
 * its connections with a {@link MatrixOneConnectionFactory}. All options of MySQL's
 * driver go with such a URL. Another driver is named after this one:
 * {@code r2dbc:matrixone:mariadb://…}.
 *
 * @since 0.1
 */
public final class MatrixOneConnectionFactoryProvider implements ConnectionFactoryProvider {

	/**
	 * The name of the driver in a URL.
	 */
	public static final String DRIVER = "matrixone";

	/**
	 * Whether transactions take turns that write rows with a foreign key and then change
	 * the referenced table.
	 */
	public static final Option<Boolean> SERIALIZE_LOCK_UPGRADES = Option.valueOf("serializeLockUpgrades");

	/**
	 * Whether transactions that ask for REPEATABLE READ or SERIALIZABLE run under READ
	 * COMMITTED.
	 */
	public static final Option<Boolean> DOWNGRADE_ISOLATION = Option.valueOf("downgradeIsolation");

	/**
	 * Whether errors of the driver are translated to Spring's exceptions.
	 */
	public static final Option<Boolean> TRANSLATE_EXCEPTIONS = Option.valueOf("translateExceptions");

	private static final Set<Option<?>> SETTINGS = Set.of(SERIALIZE_LOCK_UPGRADES, DOWNGRADE_ISOLATION,
			TRANSLATE_EXCEPTIONS);

	private static final String DEFAULT_DELEGATE = "mysql";

	@Override
	public ConnectionFactory create(ConnectionFactoryOptions options) {
		ConnectionFactoryOptions driverOptions = driverOptions(options);
		ConnectionFactory driver = ConnectionFactories.find(
				ConnectionFactoryOptions.builder().from(driverOptions, (option) -> !SETTINGS.contains(option)).build());
		Assert.state(driver != null,
				() -> "An r2dbc:matrixone URL needs the driver '"
						+ driverOptions.getRequiredValue(ConnectionFactoryOptions.DRIVER)
						+ "' beneath it, which is not on the class path: add io.asyncer:r2dbc-mysql");
		MatrixOneConnectionFactory connectionFactory = new MatrixOneConnectionFactory(driver);
		configure(connectionFactory, options);
		return connectionFactory;
	}

	@Override
	public boolean supports(ConnectionFactoryOptions options) {
		return DRIVER.equals(options.getValue(ConnectionFactoryOptions.DRIVER));
	}

	@Override
	public String getDriver() {
		return DRIVER;
	}

	/**
	 * Return the options that lead to the driver beneath.
	 * @param options options with this driver
	 * @return the same with the other driver
	 */
	public static ConnectionFactoryOptions driverOptions(ConnectionFactoryOptions options) {
		Object protocol = options.getValue(ConnectionFactoryOptions.PROTOCOL);
		String[] delegate = String.valueOf((protocol != null) ? protocol : "").split(":", 2);
		return options.mutate()
			.option(ConnectionFactoryOptions.DRIVER, delegate[0].isBlank() ? DEFAULT_DELEGATE : delegate[0])
			.option(ConnectionFactoryOptions.PROTOCOL, (delegate.length > 1) ? delegate[1] : "")
			.build();
	}

	/**
	 * Take the settings that are among the options.
	 * @param connectionFactory the connection factory to configure
	 * @param options the options, with or without settings
	 */
	public static void configure(MatrixOneConnectionFactory connectionFactory, ConnectionFactoryOptions options) {
		Boolean serializeLockUpgrades = setting(options, SERIALIZE_LOCK_UPGRADES);
		if (serializeLockUpgrades != null) {
			connectionFactory.setSerializeLockUpgrades(serializeLockUpgrades);
		}
		Boolean downgradeIsolation = setting(options, DOWNGRADE_ISOLATION);
		if (downgradeIsolation != null) {
			connectionFactory.setDowngradeIsolation(downgradeIsolation);
		}
		Boolean translateExceptions = setting(options, TRANSLATE_EXCEPTIONS);
		if (translateExceptions != null) {
			connectionFactory.setTranslateExceptions(translateExceptions);
		}
	}

	private static @Nullable Boolean setting(ConnectionFactoryOptions options, Option<Boolean> option) {
		Object value = options.getValue(option);
		return (value != null) ? Boolean.valueOf(value.toString()) : null;
	}

}
