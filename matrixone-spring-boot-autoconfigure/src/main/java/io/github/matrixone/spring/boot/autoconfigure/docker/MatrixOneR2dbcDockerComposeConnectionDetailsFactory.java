package io.github.matrixone.spring.boot.autoconfigure.docker;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Has the connection factory use the MatrixOne of the application's Docker Compose file.
 */
final class MatrixOneR2dbcDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<R2dbcConnectionDetails> {

	MatrixOneR2dbcDockerComposeConnectionDetailsFactory() {
		super(DockerComposeServer.IMAGE, "io.r2dbc.spi.ConnectionFactoryOptions");
	}

	@Override
	protected R2dbcConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new Details(source.getRunningService());
	}

	private static final class Details extends DockerComposeConnectionDetails implements R2dbcConnectionDetails {

		private static final String PARAMETERS_LABEL = "org.springframework.boot.r2dbc.parameters";

		private final ConnectionFactoryOptions options;

		private Details(RunningService service) {
			super(service);
			DockerComposeServer server = DockerComposeServer.of(service);
			ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.builder()
				.option(ConnectionFactoryOptions.DRIVER, "mysql")
				.option(ConnectionFactoryOptions.HOST, server.host())
				.option(ConnectionFactoryOptions.PORT, server.port())
				.option(ConnectionFactoryOptions.DATABASE, server.database())
				.option(ConnectionFactoryOptions.USER, DockerComposeServer.USERNAME)
				.option(ConnectionFactoryOptions.PASSWORD, DockerComposeServer.PASSWORD)
				.option(Option.valueOf(DockerComposeServer.CREATE_DATABASE), "true");
			for (String parameter : StringUtils
				.commaDelimitedListToStringArray(service.labels().get(PARAMETERS_LABEL))) {
				String[] nameAndValue = StringUtils.split(parameter, "=");
				Assert.state(nameAndValue != null, () -> "The label %s of the service '%s' has no value for '%s'"
					.formatted(PARAMETERS_LABEL, service.name(), parameter));
				options.option(Option.valueOf(nameAndValue[0].trim()), nameAndValue[1].trim());
			}
			this.options = options.build();
		}

		@Override
		public ConnectionFactoryOptions getConnectionFactoryOptions() {
			return this.options;
		}

	}

}
