package io.github.matrixone.spring.boot.autoconfigure.health;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchSummary;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.journal.JournalRecovery;

/**
 * Says what carries out the commands and whether it can be reached. A server that is not
 * a MatrixOne is unknown, not down: the application may have no need of the commands. So
 * is a data source that leads to a server only within a tenant.
 */
final class MatrixOneHealthIndicator extends AbstractHealthIndicator {

	private static final Log log = LogFactory.getLog(MatrixOneHealthIndicator.class);

	private static final int TIMEOUT_SECONDS = 5;

	private final DataSource dataSource;

	private final MatrixOneBackend backend;

	private final @Nullable JournalRecovery recovery;

	private final Supplier<? extends @Nullable BranchOperations> branches;

	private boolean ignoreRouters;

	/**
	 * Create an indicator.
	 * @param dataSource the data source
	 * @param backend carries the commands out
	 * @param recovery makes up for processes that have died, or {@code null}
	 * @param branches gives what knows of the branches whose figures are told, or
	 * {@code null} for none
	 */
	MatrixOneHealthIndicator(DataSource dataSource, MatrixOneBackend backend, @Nullable JournalRecovery recovery,
			Supplier<? extends @Nullable BranchOperations> branches) {
		super("MatrixOne health check failed");
		this.branches = branches;
		this.recovery = recovery;
		this.dataSource = dataSource;
		this.backend = backend;
	}

	/**
	 * Set whether a data source that routes to others is not looked at, as Spring Boot's
	 * own indicator leaves it out then.
	 */
	void setIgnoreRouters(boolean ignoreRouters) {
		this.ignoreRouters = ignoreRouters;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		if (this.ignoreRouters && this.dataSource.isWrapperFor(AbstractRoutingDataSource.class)) {
			builder.unknown().withDetail("reason", "The data source routes to others, which are ignored");
			return;
		}
		if (this.recovery != null) {
			JournalRecovery.Result result = this.recovery.lastResult();
			builder.withDetail("journal", journal(result));
		}
		try (Connection connection = this.dataSource.getConnection()) {
			builder.withDetail("version", connection.getMetaData().getDatabaseProductVersion());
			if (connection.isWrapperFor(MatrixOneConnection.class)) {
				builder.status(connection.isValid(TIMEOUT_SECONDS) ? Status.UP : Status.DOWN)
					.withDetail("backend", this.backend.description());
			}
			else if (MatrixOneServer.isMatrixOne(connection)) {
				builder.unknown()
					.withDetail("backend", this.backend.description())
					.withDetail("reason",
							"Nothing protects the connections: begin the pool's URL with jdbc:matrixone:");
			}
			else {
				builder.unknown().withDetail("reason", "The server is not a MatrixOne");
			}
		}
		catch (RuntimeException ex) {
			if (!this.dataSource.isWrapperFor(AbstractRoutingDataSource.class) || hasTarget()) {
				throw ex;
			}
			log.debug("The data source has no target", ex);
			builder.unknown()
				.withDetail("reason", "The data source routes to others, and has no target outside of a tenant");
		}
		if (builder.build().getStatus().equals(Status.UP)) {
			tellOfBranches(builder);
		}
	}

	/**
	 * A router looks for its target to say what it is a wrapper for.
	 */
	private boolean hasTarget() throws SQLException {
		try {
			this.dataSource.unwrap(AbstractRoutingDataSource.class).isWrapperFor(MatrixOneHealthIndicator.class);
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Figures of branches are told if they can be had; they say nothing of the health.
	 */
	private void tellOfBranches(Health.Builder builder) {
		BranchOperations branches = this.branches.get();
		if (branches == null) {
			return;
		}
		try {
			BranchSummary summary = branches.summary();
			Map<String, Object> details = new LinkedHashMap<>();
			details.put("tables", summary.tables());
			details.put("databases", summary.databases());
			details.put("withoutParent", summary.withoutParent());
			if (summary.oldestMadeAt() != null) {
				details.put("oldest", summary.oldestMadeAt().toString());
			}
			builder.withDetail("branches", details);
		}
		catch (RuntimeException ex) {
			log.debug("Figures of branches could not be had", ex);
		}
	}

	private static Map<String, Integer> journal(JournalRecovery.Result result) {
		Map<String, Integer> details = new LinkedHashMap<>();
		details.put("entries", result.entries());
		details.put("failures", result.failures());
		return details;
	}

}
