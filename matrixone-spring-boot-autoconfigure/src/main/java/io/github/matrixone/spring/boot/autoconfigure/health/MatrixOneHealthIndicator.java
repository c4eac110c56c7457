package io.github.matrixone.spring.boot.autoconfigure.health;

import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.journal.JournalRecovery;

/**
 * Says what carries out the commands and whether it can be reached. A server that is not
 * a MatrixOne is unknown, not down: the application may have no need of the commands.
 */
final class MatrixOneHealthIndicator extends AbstractHealthIndicator {

	private static final int TIMEOUT_SECONDS = 5;

	private final DataSource dataSource;

	private final MatrixOneBackend backend;

	private final @Nullable JournalRecovery recovery;

	MatrixOneHealthIndicator(DataSource dataSource, MatrixOneBackend backend, @Nullable JournalRecovery recovery) {
		super("MatrixOne health check failed");
		this.recovery = recovery;
		this.dataSource = dataSource;
		this.backend = backend;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		builder.withDetail("backend", this.backend.description());
		if (this.recovery != null) {
			JournalRecovery.Result result = this.recovery.lastResult();
			builder.withDetail("journal", journal(result));
		}
		try (Connection connection = this.dataSource.getConnection()) {
			builder.withDetail("version", connection.getMetaData().getDatabaseProductVersion());
			if (!connection.isWrapperFor(MatrixOneConnection.class)) {
				builder.status(Status.UNKNOWN)
					.withDetail("reason",
							MatrixOneServer.isMatrixOne(connection)
									? "Nothing protects the connections: begin the pool's URL with jdbc:matrixone:"
									: "The server is not a MatrixOne");
			}
			else if (connection.isValid(TIMEOUT_SECONDS)) {
				builder.up();
			}
			else {
				builder.down();
			}
		}
	}

	private static Map<String, Integer> journal(JournalRecovery.Result result) {
		Map<String, Integer> details = new LinkedHashMap<>();
		details.put("entries", result.entries());
		details.put("failures", result.failures());
		return details;
	}

}
