package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.MissingPrivilegeException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.jdbc.connection.ConnectionSource;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.NamedLock;

/**
 * One migration of a database on a MatrixOne, with the snapshots that were taken before
 * it. Everything is sent on a connection of its own, of the same server and user as the
 * migration's.
 */
final class MigrationAttempt {

	private static final Log logger = LogFactory.getLog(MigrationAttempt.class);

	private static final String TABLES = "SELECT table_name AS name FROM information_schema.tables "
			+ "WHERE table_schema = ?";

	private final ConnectionSource source;

	private final @Nullable DatabaseName database;

	private final MigrationNames names;

	private final @Nullable Integer keep;

	private final List<Snapshot> taken = new ArrayList<>();

	private @Nullable SingleConnectionDataSource held;

	private @Nullable RuntimeException refusal;

	private boolean decided;

	private boolean succeeded;

	/**
	 * Create an attempt.
	 * @param source opens connections like the migration's
	 * @param database the database to migrate, or {@code null} if there is none
	 * @param names names of snapshots
	 * @param keep how many to keep of each database, or {@code null} for all
	 */
	MigrationAttempt(ConnectionSource source, @Nullable DatabaseName database, MigrationNames names,
			@Nullable Integer keep) {
		this.source = source;
		this.database = database;
		this.names = names;
		this.keep = keep;
	}

	/**
	 * Wait until no other instance is in a migration of the database, and keep others out
	 * until {@link #release}. The lock ends with its connection, and thus with the
	 * process.
	 */
	void hold() {
		if (this.database == null) {
			return;
		}
		SingleConnectionDataSource own = open();
		this.held = own;
		CommandExecutor executor = executor(own);
		SqlText take = lock(this.database).take();
		for (boolean waiting = false; !NamedLock.isTaken(executor.query(take)); waiting = true) {
			if (!waiting) {
				logger.info("Waiting until another instance has migrated database " + this.database);
			}
			executor.query(NamedLock.PAUSE);
		}
	}

	/**
	 * Return whether no other instance is in a migration of the database.
	 */
	boolean keepsOthersOut() {
		return this.held != null;
	}

	/**
	 * Let other instances in.
	 */
	void release() {
		SingleConnectionDataSource own = this.held;
		if (own == null || this.database == null) {
			return;
		}
		this.held = null;
		try {
			executor(own).query(lock(this.database).release());
		}
		catch (DataAccessException ex) {
			logger.debug("The lock has ended with its connection", ex);
		}
		finally {
			own.destroy();
		}
	}

	/**
	 * Take a snapshot of each database unless there is nothing in it to lose. Does so
	 * once, as soon as anything is pending, however often it is called.
	 * @param migration what is about to be done
	 * @throws MissingPrivilegeException if the user may not take snapshots
	 */
	void take(PendingMigration migration) {
		if (this.decided || this.database == null) {
			return;
		}
		try {
			onOwnConnection((own) -> take(migration, this.database, own));
		}
		catch (RuntimeException ex) {
			this.refusal = notMigrated(this.database, ex);
			throw this.refusal;
		}
	}

	private void take(PendingMigration migration, DatabaseName current, DataSource own) {
		PendingMigration.Versions versions = migration.versions(own);
		if (versions == null) {
			return;
		}
		this.decided = true;
		CommandExecutor executor = executor(own);
		Set<DatabaseName> databases = new LinkedHashSet<>(List.of(current));
		databases.addAll(migration.databases());
		for (DatabaseName candidate : databases) {
			boolean migrated = versions.from() != null && candidate.equals(current);
			if (migrated || hasTables(candidate, migration.ownTables(), executor)) {
				this.taken.add(take(candidate, versions, executor));
			}
			else {
				logger.info("Took no snapshot of database " + candidate + " before its migration: it is empty");
			}
		}
	}

	private Snapshot take(DatabaseName candidate, PendingMigration.Versions versions, CommandExecutor executor) {
		Snapshot snapshot = new SnapshotTemplate(executor).create(this.names.name(versions.from(), versions.to()),
				SnapshotScope.database(candidate));
		logger.info("Took snapshot " + snapshot.name() + " of database " + candidate + " before its migration");
		return snapshot;
	}

	private static RuntimeException notMigrated(DatabaseName database, RuntimeException ex) {
		return (ex instanceof MissingPrivilegeException missing) ? new MissingPrivilegeException(
				"Database " + database + " is not migrated: " + MigrationSnapshots.PROPERTY
						+ " asks for a snapshot before, and the user may not take one (" + ex.getMessage()
						+ "). Migrate with the administrator of the account, such as by spring.flyway.user or "
						+ "spring.liquibase.user, or set " + MigrationSnapshots.PROPERTY + "=false",
				missing.getSql(), ex) : ex;
	}

	/**
	 * Note that the migration has succeeded: snapshots of earlier ones that are not to be
	 * kept are dropped.
	 */
	void succeeded() {
		Integer keep = this.keep;
		if (keep == null || this.taken.isEmpty() || this.succeeded) {
			return;
		}
		this.succeeded = true;
		try {
			onOwnConnection((own) -> {
				SnapshotTemplate snapshots = new SnapshotTemplate(executor(own));
				this.taken.forEach((snapshot) -> dropOlder(snapshot, keep, snapshots));
			});
		}
		catch (DataAccessException ex) {
			logger.warn("Snapshots of earlier migrations of database " + this.database + " were not dropped: "
					+ ex.getMessage());
			logger.debug("Snapshots of earlier migrations were not dropped", ex);
		}
	}

	private void dropOlder(Snapshot latest, int keep, SnapshotTemplate snapshots) {
		snapshots.list(SnapshotFilter.all().namePrefix(this.names.prefix()))
			.stream()
			.filter((snapshot) -> snapshot.scope().equals(latest.scope()) && this.names.matches(snapshot.name()))
			.skip(keep)
			.filter((snapshot) -> snapshots.find(snapshot.name()).filter(snapshot::equals).isPresent())
			.forEach((snapshot) -> {
				if (snapshots.dropIfExists(snapshot.name())) {
					logger.info("Dropped snapshot " + snapshot.name() + " of an earlier migration");
				}
			});
	}

	/**
	 * Note that the migration has failed where nobody else tells how to go back.
	 */
	void failed() {
		if (this.held == null && !this.taken.isEmpty()) {
			logger.error("A migration has failed. " + MigrationFailedException.wayBack(this.taken));
		}
	}

	/**
	 * Return what to throw after a failure: the failure itself where no snapshot was
	 * taken.
	 * @param failure the failure
	 */
	Exception failure(Exception failure) {
		if (this.refusal != null) {
			return MigrationSnapshots.refused(this.refusal, failure);
		}
		return this.taken.isEmpty() ? failure : new MigrationFailedException(this.taken, failure);
	}

	private void onOwnConnection(Consumer<DataSource> work) {
		if (this.held != null) {
			work.accept(this.held);
			return;
		}
		SingleConnectionDataSource own = open();
		try {
			work.accept(own);
		}
		finally {
			own.destroy();
		}
	}

	private SingleConnectionDataSource open() {
		try {
			return new SingleConnectionDataSource(this.source.open(), true);
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException(
					"A snapshot before a migration needs a connection of its own, and none could be had", ex);
		}
	}

	private static CommandExecutor executor(DataSource own) {
		return new CommandExecutor(own, new ServerBackend());
	}

	private static boolean hasTables(DatabaseName database, Set<String> except, CommandExecutor executor) {
		Rows tables = executor.query(SqlText.of(TABLES, database.normalized()));
		return IntStream.range(0, tables.values().size())
			.mapToObj((row) -> String.valueOf(tables.get(row, "name")).toLowerCase(Locale.ROOT))
			.anyMatch((table) -> !except.contains(table));
	}

	/**
	 * A lock's name has at most 64 characters, a database's may have more.
	 */
	private static NamedLock lock(DatabaseName database) {
		return new NamedLock("matrixone-migration:"
				+ UUID.nameUUIDFromBytes(database.normalized().getBytes(StandardCharsets.UTF_8)));
	}

}
