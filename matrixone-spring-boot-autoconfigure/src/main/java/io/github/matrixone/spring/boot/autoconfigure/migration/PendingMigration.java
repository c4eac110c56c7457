package io.github.matrixone.spring.boot.autoconfigure.migration;

import java.util.Collection;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * What a tool is about to do.
 */
@FunctionalInterface
interface PendingMigration {

	/**
	 * Return a migration that is known.
	 * @param from the version that the database has, or {@code null} for none
	 * @param to the version that it is to get
	 * @return the migration
	 */
	static PendingMigration of(@Nullable String from, String to) {
		return (own) -> new Versions(from, to);
	}

	/**
	 * Return from which version to which.
	 * @param own a connection to look that up
	 * @return the versions, or {@code null} if there is nothing to do
	 */
	@Nullable Versions versions(DataSource own);

	/**
	 * Return which databases it is about to change besides the one that its connection is
	 * in.
	 * @return the databases
	 */
	default Collection<DatabaseName> databases() {
		return Set.of();
	}

	/**
	 * Return the tables that the tool has for itself.
	 * @return their names in lower case
	 */
	default Set<String> ownTables() {
		return Set.of();
	}

	/**
	 * From which version to which.
	 *
	 * @param from the version that the database has, or {@code null} for none
	 * @param to the version that it is to get
	 */
	record Versions(@Nullable String from, String to) {

	}

}
