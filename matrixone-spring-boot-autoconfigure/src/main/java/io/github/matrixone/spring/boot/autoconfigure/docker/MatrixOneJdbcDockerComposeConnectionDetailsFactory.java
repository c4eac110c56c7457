package io.github.matrixone.spring.boot.autoconfigure.docker;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.util.StringUtils;

/**
 * Has the data source use the MatrixOne of the application's Docker Compose file.
 */
final class MatrixOneJdbcDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<JdbcConnectionDetails> {

	MatrixOneJdbcDockerComposeConnectionDetailsFactory() {
		super(DockerComposeServer.IMAGE);
	}

	@Override
	protected JdbcConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new Details(source.getRunningService());
	}

	private static final class Details extends DockerComposeConnectionDetails implements JdbcConnectionDetails {

		private static final String PARAMETERS_LABEL = "org.springframework.boot.jdbc.parameters";

		private final String url;

		private Details(RunningService service) {
			super(service);
			DockerComposeServer server = DockerComposeServer.of(service);
			String parameters = service.labels().get(PARAMETERS_LABEL);
			this.url = "jdbc:mysql://%s:%d/%s?%s=true".formatted(server.host(), server.port(), server.database(),
					DockerComposeServer.CREATE_DATABASE) + (StringUtils.hasText(parameters) ? "&" + parameters : "");
		}

		@Override
		public String getUsername() {
			return DockerComposeServer.USERNAME;
		}

		@Override
		public String getPassword() {
			return DockerComposeServer.PASSWORD;
		}

		@Override
		public String getJdbcUrl() {
			return this.url;
		}

	}

}
