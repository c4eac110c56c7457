package io.github.matrixone.spring.boot.autoconfigure.pool;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Tells which URLs and drivers may lead to a MatrixOne, which nobody knows before a
 * connection is open.
 */
final class JdbcUrls {

	private static final List<String> NAMES = List.of("mysql", "mariadb", "matrixone");

	private static final String CONTAINER = "jdbc:tc:";

	private static final List<String> OTHER_DRIVERS = List.of("org.h2.", "org.hsqldb.", "org.apache.derby.",
			"org.postgresql.", "oracle.", "com.microsoft.", "com.ibm.", "org.sqlite.", "org.duckdb.",
			"com.clickhouse.");

	private JdbcUrls() {
	}

	/**
	 * Return whether a URL is one of MySQL's protocol, in whichever driver it is wrapped,
	 * or of a container, whose name may be anything.
	 */
	static boolean mayLeadToMatrixOne(@Nullable String url) {
		int host = (url != null) ? url.indexOf("//") : -1;
		if (url == null || host < 0) {
			return false;
		}
		String scheme = url.substring(0, host).toLowerCase(Locale.ROOT);
		return scheme.startsWith(CONTAINER)
				|| Stream.of(scheme.split(":")).anyMatch((part) -> NAMES.stream().anyMatch(part::startsWith));
	}

	/**
	 * Return whether a data source or driver is of another database by its name.
	 */
	static boolean isOfOtherDatabase(String className) {
		return OTHER_DRIVERS.stream().anyMatch(className::startsWith);
	}

}
