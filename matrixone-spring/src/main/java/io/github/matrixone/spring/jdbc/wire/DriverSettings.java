package io.github.matrixone.spring.jdbc.wire;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
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
	 * Adjust a connection's settings to MatrixOne. What the user has set is left as it
	 * is, except {@code autoReconnect}.
	 * <ul>
	 * <li>{@code useInformationSchema=false}: Connector/J turns it on by itself, and then
	 * {@link java.sql.DatabaseMetaData#getTables} fails (MO#25103) and foreign keys are
	 * not found.</li>
	 * <li>{@code netTimeoutForStreamingResults=0}: the driver would send a {@code SET}
	 * before and after streamed rows, which commits the transaction (MO#26872).</li>
	 * <li>{@code nullDatabaseMeansCurrent=true}, where there is a current database:
	 * tables of the same name in other databases, such as clones, would be found with
	 * those of the application.</li>
	 * <li>{@code autoReconnect=false}: it would go on in the midst of a transaction on a
	 * session that knows nothing of it.</li>
	 * </ul>
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
	 * Return the driver's session of a connection.
	 * @param connection a connection of a driver
	 * @return what the driver knows of it
	 * @throws SQLException if the connection is closed
	 */
	public static DriverSession session(Connection connection) throws SQLException {
		return CONNECTOR_J_PRESENT ? ConnectorJ.session(connection) : DriverSession.UNKNOWN;
	}

	/**
	 * Return whether a connection has another one beneath.
	 * @param connection a connection of any driver; one that is older than the question,
	 * or does not answer it, has none
	 * @param type the type of the other one
	 * @return whether it has
	 * @throws SQLException if the connection is closed
	 */
	public static boolean isWrapper(Connection connection, Class<?> type) throws SQLException {
		try {
			return connection.isWrapperFor(type);
		}
		catch (SQLFeatureNotSupportedException | AbstractMethodError ex) {
			return false;
		}
	}

	/**
	 * Return whether a connection is one of Connector/J, which is the driver that is
	 * known well enough.
	 * @param connection a connection of a driver
	 * @return whether it is
	 * @throws SQLException if the connection is closed
	 */
	public static boolean isConnectorJ(Connection connection) throws SQLException {
		return CONNECTOR_J_PRESENT && ConnectorJ.isDriverOf(connection);
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
