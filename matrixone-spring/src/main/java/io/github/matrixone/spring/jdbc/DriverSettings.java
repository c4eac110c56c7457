package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.ClassUtils;

/**
 * Settings of MySQL's driver, Connector/J, on connections to a MatrixOne. Nothing is sent
 * to the server. Other drivers are left alone.
 *
 * @since 0.1
 */
public final class DriverSettings {

	private static final boolean CONNECTOR_J_PRESENT = ClassUtils.isPresent("com.mysql.cj.jdbc.JdbcConnection",
			DriverSettings.class.getClassLoader());

	private static final Log logger = LogFactory.getLog(DriverSettings.class);

	private DriverSettings() {
	}

	/**
	 * Adjust a connection's settings to MatrixOne: {@code useInformationSchema} becomes
	 * {@code false}, unless the user has turned it on. Connector/J turns it on by itself,
	 * and then {@link java.sql.DatabaseMetaData#getTables} fails (MO#25103) and foreign
	 * keys are not found.
	 * @param connection a connection to a MatrixOne
	 * @return the settings that are now in effect, such as
	 * {@code useInformationSchema=false}; empty with another driver
	 * @throws SQLException if the connection is closed
	 */
	public static List<String> adjust(Connection connection) throws SQLException {
		return CONNECTOR_J_PRESENT ? ConnectorJ.adjust(connection) : List.of();
	}

	/**
	 * Refuse a connection for which the driver itself chooses among several hosts. It may
	 * change the node in the midst of a transaction: what was done before is lost, and
	 * what follows commits by itself.
	 * @param connection a connection to a MatrixOne
	 * @throws SQLException if it is refused, with what to do instead, or closed
	 */
	public static void refuseSeveralHosts(Connection connection) throws SQLException {
		if (CONNECTOR_J_PRESENT) {
			ConnectorJ.refuseSeveralHosts(connection);
		}
	}

	/**
	 * Log a warning for each setting of the user's that is known to break something on
	 * MatrixOne, with the reason and the cure.
	 * @param connection a connection to a MatrixOne
	 * @throws SQLException if the connection is closed
	 */
	public static void logWarnings(Connection connection) throws SQLException {
		if (CONNECTOR_J_PRESENT) {
			ConnectorJ.warnings(connection).forEach(logger::warn);
		}
	}

}
