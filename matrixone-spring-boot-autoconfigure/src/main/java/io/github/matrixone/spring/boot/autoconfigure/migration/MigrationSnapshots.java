package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.sql.Connection;
import java.sql.SQLException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.jdbc.UncategorizedSQLException;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnprotectedConnectionException;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.jdbc.connection.MatrixOneServer;
import io.github.matrixone.spring.jdbc.connection.Statements;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Knows which migration is running on a thread, and which snapshots were taken for it.
 */
final class MigrationSnapshots {

	static final String PROPERTY = "matrixone.migration.snapshot-before";

	private static final SqlText CURRENT_DATABASE = SqlText.of("SELECT DATABASE() AS name");

	private static final Log logger = LogFactory.getLog(MigrationSnapshots.class);

	private final MigrationNames names;

	private final @Nullable Integer keep;

	private final ThreadLocal<@Nullable Run> current = new ThreadLocal<>();

	MigrationSnapshots(MatrixOneMigrationProperties properties) {
		this.names = new MigrationNames(properties.getSnapshotPrefix());
		this.keep = properties.getKeep();
		if (!this.names.isValid()) {
			throw new InvalidConfigurationPropertyValueException("matrixone.migration.snapshot-prefix",
					properties.getSnapshotPrefix(), "It must have 1 to " + MigrationNames.LONGEST_PREFIX
							+ " characters, all of them letters, digits and underscores");
		}
		if (this.keep != null && this.keep < 1) {
			throw new InvalidConfigurationPropertyValueException("matrixone.migration.keep", this.keep,
					"It must be at least 1, or left out to keep all");
		}
	}

	/**
	 * Migrate, with other instances kept out.
	 * @param migration does it
	 * @throws MigrationFailedException if the migration has failed after a snapshot
	 * @throws Exception if it has failed otherwise
	 */
	void run(Migration migration) throws Exception {
		Run outer = this.current.get();
		Run run = new Run(outer == null);
		this.current.set(run);
		try {
			migration.run();
			run.succeeded();
		}
		catch (Exception ex) {
			throw run.failure(ex);
		}
		finally {
			run.end();
			this.current.set(outer);
		}
	}

	/**
	 * Begin a migration. While {@link #run} is at work no other instance of an
	 * application begins one of the same database with {@link #run}.
	 * @param connection the migration's connection
	 * @param database the database, or {@code null} for the one that the connection is in
	 * @return what has begun, or {@code null} where no snapshot can be taken because the
	 * database is not on a MatrixOne
	 */
	@Nullable MigrationAttempt begin(Connection connection, @Nullable String database) {
		Run run = this.current.get();
		try {
			MigrationAttempt attempt = isFollowed(connection)
					? attempt(connection.unwrap(MatrixOneConnection.class), database) : null;
			if (run != null && attempt != null) {
				run.begin(attempt);
			}
			return attempt;
		}
		catch (SQLException ex) {
			throw new UncategorizedSQLException("Snapshot before a migration", null, ex);
		}
		catch (RuntimeException ex) {
			if (run != null) {
				run.refusal = ex;
			}
			throw ex;
		}
	}

	private MigrationAttempt attempt(MatrixOneConnection connection, @Nullable String database) throws SQLException {
		String name = (database != null) ? database : Statements.send(connection, CURRENT_DATABASE).get(0, "name");
		return new MigrationAttempt(connection.source(), (name != null) ? DatabaseName.of(name) : null, this.names,
				this.keep);
	}

	private static boolean isFollowed(Connection connection) throws SQLException {
		if (!MatrixOneServer.isMatrixOne(connection)) {
			logger.warn(PROPERTY + " is not followed for " + connection.getMetaData().getDatabaseProductName()
					+ ": only a MatrixOne has snapshots");
			return false;
		}
		if (!connection.isWrapperFor(MatrixOneConnection.class)) {
			throw new UnprotectedConnectionException("The database is not migrated: " + PROPERTY
					+ " asks for a snapshot before, and the migration's connections are not those of the starter. Use "
					+ "MySQL's Connector/J, begin the URL of the pool with jdbc:matrixone:, or set " + PROPERTY
					+ "=false");
		}
		return true;
	}

	/**
	 * Return what has refused a migration, with what the tool has made of it.
	 */
	static RuntimeException refused(RuntimeException refusal, Exception failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause == refusal) {
				return refusal;
			}
		}
		refusal.addSuppressed(failure);
		return refusal;
	}

	/**
	 * Something that migrates.
	 */
	@FunctionalInterface
	interface Migration {

		/**
		 * Migrate.
		 * @throws Exception if that fails
		 */
		void run() throws Exception;

	}

	/**
	 * Migrations that {@link #run} has begun, one after the other.
	 */
	private static final class Run {

		private final boolean outermost;

		private @Nullable MigrationAttempt attempt;

		private @Nullable RuntimeException refusal;

		private Run(boolean outermost) {
			this.outermost = outermost;
		}

		/**
		 * A migration within another one must not wait for that.
		 */
		private void begin(MigrationAttempt next) {
			end();
			this.attempt = next;
			if (this.outermost) {
				next.hold();
			}
		}

		private void succeeded() {
			if (this.attempt != null) {
				this.attempt.succeeded();
			}
		}

		/**
		 * The tools wrap what a callback throws.
		 */
		private Exception failure(Exception failure) {
			if (this.refusal != null) {
				return refused(this.refusal, failure);
			}
			return (this.attempt != null) ? this.attempt.failure(failure) : failure;
		}

		private void end() {
			if (this.attempt != null) {
				this.attempt.release();
			}
		}

	}

}
