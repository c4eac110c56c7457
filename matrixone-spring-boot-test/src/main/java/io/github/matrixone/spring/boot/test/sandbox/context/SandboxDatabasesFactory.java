package io.github.matrixone.spring.boot.test.sandbox.context;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.database.ChangedRows;
import io.github.matrixone.spring.boot.test.sandbox.database.SandboxDatabases;
import io.github.matrixone.spring.boot.test.sandbox.database.ServerDatabases;
import io.github.matrixone.spring.boot.test.sandbox.database.SimulatorDatabases;
import io.github.matrixone.spring.boot.test.sandbox.schema.MigrationState;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;

/**
 * Makes the databases of sandboxes where the application's pool leads to.
 */
final class SandboxDatabasesFactory {

	private static final String CONNECTION_FACTORY = "io.r2dbc.spi.ConnectionFactory";

	private static final List<String> OTHER_CONNECTIONS = List.of("spring.flyway.url", "spring.flyway.user",
			"spring.liquibase.url", "spring.liquibase.user");

	private SandboxDatabasesFactory() {
	}

	static SandboxDatabases create(ConfigurableApplicationContext context, DataSource pool, Sandboxes sandboxes,
			String template, SchemaTools makers) {
		refuseOtherConnections(context);
		try {
			boolean server;
			String product;
			String origin;
			try (Connection connection = pool.getConnection()) {
				server = MatrixOneServer.isMatrixOne(connection);
				product = connection.getMetaData().getDatabaseProductName();
				origin = Objects.requireNonNullElse(server ? connection.getCatalog() : connection.getSchema(), "");
			}
			ChangedRows changedRows = new ChangedRows(context, sandboxes::allowAll);
			if (server) {
				return new ServerDatabases(pool, origin, template, MigrationState.of(context, makers.names()),
						changedRows);
			}
			MatrixOneBackend backend = context.getBeanProvider(MatrixOneBackend.class).getIfAvailable();
			if (backend instanceof SandboxBackend refusing) {
				backend = refusing.target();
			}
			if (backend == null || backend instanceof ServerBackend || !product.equals("H2")) {
				throw new SandboxException("@MatrixOneSandbox needs a MatrixOne server or the simulator, but the data "
						+ "source leads to " + product + ": check spring.datasource.url, or leave it out and add "
						+ "matrixone-simulator");
			}
			return new SimulatorDatabases(pool, origin, template, backend, changedRows);
		}
		catch (SQLException ex) {
			throw new SandboxException(
					"No sandbox can be made, for the server of spring.datasource.url cannot be used: "
							+ ex.getMessage(),
					ex);
		}
	}

	private static void refuseOtherConnections(ConfigurableApplicationContext context) {
		for (String property : OTHER_CONNECTIONS) {
			if (context.getEnvironment().containsProperty(property)) {
				throw new SandboxException(
						"With " + property + " the migration has connections of its own, which do not "
								+ "lead to a sandbox: leave it out in tests with @MatrixOneSandbox");
			}
		}
		ClassLoader classLoader = context.getClassLoader();
		if (ClassUtils.isPresent(CONNECTION_FACTORY, classLoader)
				&& context.getBeanNamesForType(ClassUtils.resolveClassName(CONNECTION_FACTORY, classLoader), false,
						false).length > 0) {
			throw new SandboxException("A sandbox is for a DataSource: the application's R2DBC ConnectionFactory would "
					+ "lead past it. Leave it out with spring.autoconfigure.exclude in tests with @MatrixOneSandbox");
		}
	}

}
