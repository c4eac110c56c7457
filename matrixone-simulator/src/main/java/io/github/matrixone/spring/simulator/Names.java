package io.github.matrixone.spring.simulator;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Names as H2 knows them.
 */
final class Names {

	private Names() {
	}

	static DatabaseName database(String name) {
		return valid(() -> DatabaseName.of(name), name);
	}

	static TableName table(DatabaseName database, String name) {
		return valid(() -> TableName.of(database, name), name);
	}

	static DatabaseName databaseOf(TableName table) {
		return Objects.requireNonNull(table.database(), () -> "The database of table " + table + " must be known");
	}

	static boolean is(String name, String normalized) {
		return name.toLowerCase(Locale.ROOT).equals(normalized);
	}

	private static <T> T valid(Supplier<T> parsed, String name) {
		try {
			return parsed.get();
		}
		catch (IllegalArgumentException ex) {
			throw Refusals
				.cannot("work on a database or table named '" + name + "' (" + ex.getMessage() + "): rename it");
		}
	}

}
