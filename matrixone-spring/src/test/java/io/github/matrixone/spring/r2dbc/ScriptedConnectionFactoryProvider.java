package io.github.matrixone.spring.r2dbc;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;
import io.r2dbc.spi.Option;

/**
 * Finds a {@link ScriptedR2dbc} by a URL.
 */
public final class ScriptedConnectionFactoryProvider implements ConnectionFactoryProvider {

	static final Option<ScriptedR2dbc> SCRIPT = Option.valueOf("script");

	@Override
	public ConnectionFactory create(ConnectionFactoryOptions options) {
		return (ConnectionFactory) options.getRequiredValue(SCRIPT);
	}

	@Override
	public boolean supports(ConnectionFactoryOptions options) {
		return getDriver().equals(options.getValue(ConnectionFactoryOptions.DRIVER));
	}

	@Override
	public String getDriver() {
		return "scripted";
	}

}
