package io.github.matrixone.spring.dao;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells errors of other databases' drivers, whose codes mean something else.
 */
final class OtherDatabases {

	private static final List<String> DRIVERS = List.of("org.h2.", "org.hsqldb.", "org.apache.derby.",
			"org.postgresql.", "oracle.jdbc.", "oracle.net.", "com.microsoft.sqlserver.", "com.ibm.db2.",
			"com.ibm.as400.", "org.sqlite.", "org.duckdb.", "com.clickhouse.");

	/** Where connections of the starter and of the simulator are. */
	private static final List<String> OWN = List.of("io.github.matrixone.spring.jdbc.connection.",
			"io.github.matrixone.spring.simulator.");

	private static final int OWN_CODES = 20_000;

	private static final int BEYOND_OWN_CODES = 30_000;

	private OtherDatabases() {
	}

	/**
	 * Return whether an error was made by the driver of another database, and not beneath
	 * a connection of the starter: by its class, or by who has made it.
	 */
	static boolean haveMade(SQLException ex) {
		StackTraceElement[] trace = ex.getStackTrace();
		boolean other = isOfAny(DRIVERS, ex.getClass().getName())
				|| (trace.length > 0 && isOfAny(DRIVERS, trace[0].getClassName()));
		return other && !isBeneathTheStarter(ex);
	}

	/**
	 * Return whether an error was made by a MatrixOne: beneath a connection of the
	 * starter, which has them to a MatrixOne only, or with a code that no other server of
	 * its protocol has.
	 */
	static boolean areNot(SQLException ex) {
		return isBeneathTheStarter(ex)
				|| (OWN_CODES <= ex.getErrorCode() && ex.getErrorCode() < BEYOND_OWN_CODES && !haveMade(ex));
	}

	private static boolean isBeneathTheStarter(SQLException ex) {
		return Stream.of(ex.getStackTrace()).anyMatch((frame) -> isOfAny(OWN, frame.getClassName()));
	}

	private static boolean isOfAny(List<String> packages, String className) {
		return packages.stream().anyMatch(className::startsWith);
	}

}
