package io.github.matrixone.spring.dao;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells errors of other databases' drivers, whose codes mean something else.
 */
final class OtherDatabases {

	private static final List<String> DRIVERS = List.of("org.h2.", "org.hsqldb.", "org.apache.derby.",
			"org.postgresql.", "oracle.", "com.microsoft.", "com.ibm.", "org.sqlite.", "org.duckdb.",
			"com.clickhouse.");

	/** Where connections of the starter and of the simulator are. */
	private static final List<String> OWN = List.of("io.github.matrixone.spring.jdbc.connection.",
			"io.github.matrixone.spring.simulator.");

	private OtherDatabases() {
	}

	/**
	 * Return whether an error was made by the driver of another database, and not beneath
	 * a connection of the starter.
	 */
	static boolean haveMade(SQLException ex) {
		List<String> classes = Stream.of(ex.getStackTrace()).map(StackTraceElement::getClassName).toList();
		return (isOfAny(DRIVERS, ex.getClass().getName())
				|| classes.stream().anyMatch((name) -> isOfAny(DRIVERS, name)))
				&& classes.stream().noneMatch((name) -> isOfAny(OWN, name));
	}

	private static boolean isOfAny(List<String> packages, String className) {
		return packages.stream().anyMatch(className::startsWith);
	}

}
