package io.github.matrixone.spring.boot.autoconfigure.docker;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.util.StringUtils;

/**
 * A MatrixOne that Docker Compose runs. The image has no way to set the user, the
 * password or a database: the first two are fixed, and the driver creates the database.
 *
 * @param host the host
 * @param port the port on the host
 * @param database the database that the service's label names, else {@code test}
 */
record DockerComposeServer(String host, int port, String database) {

	static final String IMAGE = "matrixorigin/matrixone";

	static final String USERNAME = "root";

	static final String PASSWORD = "111";

	static final String CREATE_DATABASE = "createDatabaseIfNotExist";

	private static final String DATABASE_LABEL = "io.github.matrixone.spring.boot.database";

	private static final int PORT = 6001;

	static DockerComposeServer of(RunningService service) {
		String database = service.labels().get(DATABASE_LABEL);
		return new DockerComposeServer(service.host(), service.ports().get(PORT),
				StringUtils.hasText(database) ? database : "test");
	}

}
