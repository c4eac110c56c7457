package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.core.Ordered;

import io.github.matrixone.spring.boot.autoconfigure.pool.PoolSeats;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Takes snapshots before Flyway's migrations: before its first callback where other
 * instances are kept out, and elsewhere when the first of those that are pending is about
 * to run, under Flyway's lock.
 */
final class FlywaySnapshots implements FlywayConfigurationCustomizer, Ordered {

	private static final Log logger = LogFactory.getLog(FlywaySnapshots.class);

	private final MigrationSnapshots snapshots;

	private final ObjectProvider<MatrixOneConnections> connections;

	FlywaySnapshots(MigrationSnapshots snapshots, ObjectProvider<MatrixOneConnections> connections) {
		this.snapshots = snapshots;
		this.connections = connections;
	}

	/**
	 * After those of the application, which may set callbacks.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	/**
	 * With a URL or a user of its own Flyway has a data source that is no bean.
	 */
	@Override
	public void customize(FluentConfiguration configuration) {
		DataSource dataSource = configuration.getDataSource();
		if (dataSource != null) {
			this.connections.ifAvailable((connections) -> new PoolSeats(connections).take(dataSource));
		}
		Callback[] callbacks = configuration.getCallbacks();
		Callback[] extended = new Callback[callbacks.length + 2];
		SnapshotCallback first = new SnapshotCallback(this.snapshots);
		extended[0] = first;
		System.arraycopy(callbacks, 0, extended, 1, callbacks.length);
		extended[callbacks.length + 1] = new EndCallback(first);
		configuration.callbacks(extended);
	}

	/**
	 * Say so if a Flyway does not take snapshots.
	 */
	static void warnOf(Flyway flyway, String beanName) {
		if (Arrays.stream(flyway.getConfiguration().getCallbacks()).noneMatch(SnapshotCallback.class::isInstance)) {
			logger.warn(MigrationSnapshots.PROPERTY + " is not followed by Flyway '" + beanName
					+ "': it was not made by Spring Boot, or something else has set its callbacks");
		}
	}

	/**
	 * Follows the beginning of migrations of one Flyway, before all other callbacks.
	 */
	private static final class SnapshotCallback implements Callback {

		private final MigrationSnapshots snapshots;

		private final ThreadLocal<@Nullable MigrationAttempt> current = new ThreadLocal<>();

		private SnapshotCallback(MigrationSnapshots snapshots) {
			this.snapshots = snapshots;
		}

		@Override
		public boolean supports(Event event, Context context) {
			return event == Event.BEFORE_MIGRATE || event == Event.BEFORE_EACH_MIGRATE;
		}

		@Override
		public boolean canHandleInTransaction(Event event, Context context) {
			return event == Event.BEFORE_EACH_MIGRATE;
		}

		/**
		 * Flyway calls callbacks in the order of their names, and
		 * {@code beforeMigrate.sql} has an empty one.
		 */
		@Override
		public String getCallbackName() {
			return "";
		}

		@Override
		public void handle(Event event, Context context) {
			MigrationAttempt attempt = this.current.get();
			if (event == Event.BEFORE_MIGRATE) {
				attempt = this.snapshots.begin(context.getConnection(), null);
				this.current.set(attempt);
			}
			if (attempt != null && (event == Event.BEFORE_EACH_MIGRATE || attempt.keepsOthersOut())) {
				attempt.take(new PendingFlyway(context.getConfiguration()));
			}
		}

	}

	/**
	 * Follows their end, after callbacks without a name, which may fail.
	 */
	private static final class EndCallback implements Callback {

		private final SnapshotCallback first;

		private EndCallback(SnapshotCallback first) {
			this.first = first;
		}

		@Override
		public boolean supports(Event event, Context context) {
			return event == Event.AFTER_MIGRATE || event == Event.AFTER_MIGRATE_ERROR;
		}

		@Override
		public boolean canHandleInTransaction(Event event, Context context) {
			return false;
		}

		@Override
		public String getCallbackName() {
			return "matrixOneSnapshot";
		}

		@Override
		public void handle(Event event, Context context) {
			MigrationAttempt attempt = this.first.current.get();
			if (attempt == null) {
				return;
			}
			this.first.current.remove();
			if (event == Event.AFTER_MIGRATE) {
				attempt.succeeded();
			}
			else {
				attempt.failed();
			}
			attempt.release();
		}

	}

	/**
	 * What Flyway is about to do.
	 */
	private record PendingFlyway(Configuration configuration) implements PendingMigration {

		@Override
		public @Nullable Versions versions(DataSource own) {
			MigrationInfoService info = Flyway.configure(this.configuration.getClassLoader())
				.configuration(this.configuration)
				.callbacks(new Callback[0])
				.dataSource(own)
				.load()
				.info();
			MigrationInfo current = info.current();
			MigrationInfo[] pending = info.pending();
			if (pending.length == 0) {
				return null;
			}
			String from = (current != null && current.getVersion() != null) ? current.getVersion().getVersion() : null;
			return new Versions(from,
					Arrays.stream(pending)
						.filter((migration) -> migration.getVersion() != null)
						.reduce((first, second) -> second)
						.map((migration) -> migration.getVersion().getVersion())
						.orElse((from != null) ? from : "repeatable"));
		}

		@Override
		public Collection<DatabaseName> databases() {
			return Arrays.stream(this.configuration.getSchemas()).map(DatabaseName::of).toList();
		}

		@Override
		public Set<String> ownTables() {
			return Set.of(this.configuration.getTable().toLowerCase(Locale.ROOT));
		}

	}

}
