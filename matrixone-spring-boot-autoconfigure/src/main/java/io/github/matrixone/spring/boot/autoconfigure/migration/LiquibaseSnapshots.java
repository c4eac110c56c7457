package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.RanChangeSet;
import liquibase.changelog.filter.UpToTagChangeSetFilter;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.Customizer;
import liquibase.integration.spring.MultiTenantSpringLiquibase;
import liquibase.integration.spring.SpringLiquibase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.liquibase.autoconfigure.DataSourceClosingSpringLiquibase;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Takes a snapshot before a Liquibase updates a database: after the customizer of the
 * application, and before Liquibase's own lock.
 */
final class LiquibaseSnapshots extends MigrationPostProcessor<SpringLiquibase> {

	private static final Log logger = LogFactory.getLog(LiquibaseSnapshots.class);

	private static final Set<Class<?>> KNOWN = Set.of(SpringLiquibase.class, DataSourceClosingSpringLiquibase.class);

	private static final String DROP_FIRST = "drop_first";

	LiquibaseSnapshots(ObjectProvider<MigrationSnapshots> snapshots) {
		super(SpringLiquibase.class, snapshots);
	}

	@Override
	void run(SpringLiquibase liquibase, MigrationSnapshots snapshots) throws Exception {
		AtomicBoolean asked = new AtomicBoolean();
		Customizer<Liquibase> customizer = liquibase.getCustomizer();
		liquibase.setCustomizer((update) -> {
			asked.set(true);
			if (customizer != null) {
				customizer.customize(update);
			}
			before(liquibase, update, snapshots);
		});
		snapshots.run(() -> {
			if (liquibase.isDropFirst()) {
				beforeDrop(liquibase, snapshots);
			}
			liquibase.afterPropertiesSet();
		});
		if (!asked.get() && !KNOWN.contains(liquibase.getClass())) {
			logger.warn(MigrationSnapshots.PROPERTY + " is not followed by " + liquibase.getClass().getName()
					+ ", unless it updates later on: it has not asked its customizer");
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof MultiTenantSpringLiquibase) {
			logger.warn(MigrationSnapshots.PROPERTY + " is not followed by '" + beanName
					+ "', a MultiTenantSpringLiquibase: make a SpringLiquibase for each tenant");
		}
		return bean;
	}

	private static void before(SpringLiquibase liquibase, Liquibase update, MigrationSnapshots snapshots) {
		if (liquibase.isDropFirst() || !(update.getDatabase().getConnection() instanceof JdbcConnection connection)) {
			return;
		}
		MigrationAttempt attempt = snapshots.begin(connection.getUnderlyingConnection(),
				update.getDatabase().getDefaultCatalogName());
		if (attempt != null) {
			attempt.take(new PendingLiquibase(liquibase, update));
		}
	}

	/**
	 * Liquibase drops everything before it asks its customizer.
	 */
	private static void beforeDrop(SpringLiquibase liquibase, MigrationSnapshots snapshots) throws SQLException {
		try (Connection connection = liquibase.getDataSource().getConnection()) {
			MigrationAttempt attempt = snapshots.begin(connection, liquibase.getDefaultSchema());
			if (attempt != null) {
				attempt.take(PendingMigration.of(null, DROP_FIRST));
			}
		}
	}

	/**
	 * What Liquibase is about to do.
	 */
	private record PendingLiquibase(SpringLiquibase liquibase, Liquibase update) implements PendingMigration {

		@Override
		public @Nullable Versions versions(DataSource own) {
			try {
				Database database = this.update.getDatabase();
				List<RanChangeSet> ran = database.getRanChangeSetList();
				List<ChangeSet> pending = new ArrayList<>(
						this.update.listUnrunChangeSets(new Contexts(this.liquibase.getContexts()),
								new LabelExpression(this.liquibase.getLabelFilter()), false));
				pending.removeIf((changeSet) -> isRepeated(changeSet, database));
				if (this.liquibase.getTag() != null) {
					pending.retainAll(upToTag(ran));
				}
				return pending.isEmpty() ? null : new Versions(ran.isEmpty() ? null : ran.get(ran.size() - 1).getId(),
						pending.get(pending.size() - 1).getId());
			}
			catch (LiquibaseException ex) {
				throw notKnown(ex);
			}
		}

		/**
		 * One that is always run has been, as it is: it is no new version.
		 */
		private static boolean isRepeated(ChangeSet changeSet, Database database) {
			if (!changeSet.isAlwaysRun()) {
				return false;
			}
			try {
				RanChangeSet before = database.getRanChangeSet(changeSet);
				return before != null && changeSet.isCheckSumValid(before.getLastCheckSum());
			}
			catch (LiquibaseException ex) {
				throw notKnown(ex);
			}
		}

		private static IllegalStateException notKnown(LiquibaseException ex) {
			return new IllegalStateException("The change sets to run are not known: " + ex.getMessage(), ex);
		}

		private List<ChangeSet> upToTag(List<RanChangeSet> ran) throws LiquibaseException {
			UpToTagChangeSetFilter filter = new UpToTagChangeSetFilter(this.liquibase.getTag(), ran);
			return this.update.getDatabaseChangeLog()
				.getChangeSets()
				.stream()
				.filter((changeSet) -> filter.accepts(changeSet).isAccepted())
				.toList();
		}

		@Override
		public Collection<DatabaseName> databases() {
			String history = this.update.getDatabase().getLiquibaseCatalogName();
			return (history != null) ? List.of(DatabaseName.of(history)) : List.of();
		}

		@Override
		public Set<String> ownTables() {
			Database database = this.update.getDatabase();
			return Stream.of(database.getDatabaseChangeLogTableName(), database.getDatabaseChangeLogLockTableName())
				.map((table) -> table.toLowerCase(Locale.ROOT))
				.collect(Collectors.toSet());
		}

	}

}
