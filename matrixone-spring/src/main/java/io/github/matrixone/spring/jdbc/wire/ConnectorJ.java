package io.github.matrixone.spring.jdbc.wire;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;

import com.mysql.cj.NativeSession;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * A connection of Connector/J: its settings, and its own idea of the session.
 */
final class ConnectorJ implements DriverSession {

	private static final int NO_LIMIT = -1;

	private final JdbcConnection connection;

	private ConnectorJ(JdbcConnection connection) {
		this.connection = connection;
	}

	/**
	 * Return whether a connection is one of Connector/J.
	 */
	static boolean isDriverOf(Connection connection) throws SQLException {
		return driver(connection) != null;
	}

	/**
	 * A proxy may wrap each connection that it returns, also the one of
	 * {@link Connection#unwrap}: then it is none of Connector/J, whatever it says. Such
	 * connections are left as they are, and MatrixOne's commands are refused on them.
	 */
	private static @Nullable JdbcConnection driver(Connection connection) throws SQLException {
		Class<?> type = JdbcConnection.class;
		Object found = DriverSettings.isWrapper(connection, type) ? connection.unwrap(type) : null;
		return (found instanceof JdbcConnection driver) ? driver : null;
	}

	static DriverSession session(Connection connection) throws SQLException {
		JdbcConnection driver = driver(connection);
		return (driver != null) ? new ConnectorJ(driver) : UNKNOWN;
	}

	static List<String> adjust(Connection connection) throws SQLException {
		JdbcConnection driver = driver(connection);
		return (driver != null) ? adjust(driver.getPropertySet(), StringUtils.hasText(driver.getDatabase()))
				: List.of();
	}

	static List<String> warnings(Connection connection) throws SQLException {
		JdbcConnection driver = driver(connection);
		return (driver != null) ? warnings(driver.getPropertySet()) : List.of();
	}

	/**
	 * Such a connection moves to another node also within a transaction that was begun by
	 * a statement, because the driver takes it for autocommit.
	 */
	static void refuseSeveralHosts(Connection connection) throws SQLException {
		JdbcConnection driver = driver(connection);
		if (driver != null && driver.isProxySet()) {
			throw new SQLFeatureNotSupportedException("A URL with several hosts, of jdbc:mysql:loadbalance:, "
					+ "jdbc:mysql:replication: or jdbc:mysql+srv: is refused: the driver would change the node within a "
					+ "transaction, which tears it apart. Name one host: a node, or a load balancer that keeps each "
					+ "connection on one node", "0A000");
		}
	}

	static List<String> adjust(PropertySet settings, boolean hasDatabase) {
		List<String> adjusted = new ArrayList<>();
		useInformationSchema(settings, adjusted);
		adjust(settings.getIntegerProperty(PropertyKey.netTimeoutForStreamingResults), 0, adjusted);
		if (hasDatabase) {
			adjust(settings.getBooleanProperty(PropertyKey.nullDatabaseMeansCurrent), true, adjusted);
		}
		// Also where the user has turned it on: it would be ignored at best.
		RuntimeProperty<Boolean> autoReconnect = settings.getBooleanProperty(PropertyKey.autoReconnect);
		if (autoReconnect.getInitialValue()) {
			autoReconnect.setValue(false);
			adjusted.add("autoReconnect=false");
		}
		return adjusted;
	}

	/**
	 * The driver turns the setting on itself, after which it counts as explicitly set:
	 * only the initial value says what the user wants.
	 */
	private static void useInformationSchema(PropertySet settings, List<String> adjusted) {
		RuntimeProperty<Boolean> useInformationSchema = settings.getBooleanProperty(PropertyKey.useInformationSchema);
		if (useInformationSchema.getInitialValue()) {
			return;
		}
		if (useInformationSchema.getValue()) {
			useInformationSchema.setValue(false);
		}
		adjusted.add("useInformationSchema=false");
	}

	private static <T> void adjust(RuntimeProperty<T> setting, T value, List<String> adjusted) {
		boolean ours = setting.getValue().equals(value);
		if (ours || !setting.isExplicitlySet()) {
			if (!ours) {
				setting.setValue(value);
			}
			adjusted.add(setting.getPropertyDefinition().getName() + '=' + value);
		}
	}

	static List<String> warnings(PropertySet settings) {
		List<String> warnings = new ArrayList<>();
		if (settings.getBooleanProperty(PropertyKey.useInformationSchema).getInitialValue()) {
			warnings.add("useInformationSchema=true: reading the names of tables fails (MO#25103) and foreign keys are "
					+ "not found, so Hibernate's ddl-auto and Liquibase do not work. Remove it");
		}
		if (isOn(settings, PropertyKey.useCursorFetch)) {
			warnings.add("useCursorFetch=true: queries with a fetch size fail (MO#27286), and it turns on server-side "
					+ "prepared statements. Remove it; setFetchSize(Integer.MIN_VALUE) streams rows");
		}
		if (isOn(settings, PropertyKey.useServerPrepStmts)) {
			warnings.add("useServerPrepStmts=true: prepared statements have faults on the server (MO#27290, MO#29180): "
					+ "they fail after an ALTER TABLE and for large BIGINT UNSIGNED values. Remove it");
		}
		if (isOn(settings, PropertyKey.rewriteBatchedStatements)) {
			warnings.add("rewriteBatchedStatements=true: the keys that are generated by a batch of inserts are read "
					+ "wrongly (MO#27295). Remove it unless no batch reads its generated keys");
		}
		if (settings.getBooleanProperty(PropertyKey.autoReconnect).getInitialValue()) {
			warnings.add("autoReconnect=true: a connection that the driver opens again in a transaction has lost what "
					+ "was done in it, and what follows commits by itself. It is turned off; remove it, the pool replaces "
					+ "connections");
		}
		RuntimeProperty<Integer> streaming = settings.getIntegerProperty(PropertyKey.netTimeoutForStreamingResults);
		if (streaming.isExplicitlySet() && streaming.getValue() > 0) {
			warnings.add("netTimeoutForStreamingResults > 0: streaming rows in a transaction is refused, because the "
					+ "driver sends a SET around them, which commits (MO#26872). Remove it, or set it to 0");
		}
		String encoding = settings.getStringProperty(PropertyKey.characterEncoding).getValue();
		if (encoding != null && Charset.isSupported(encoding)
				&& !Charset.forName(encoding).equals(StandardCharsets.UTF_8)) {
			warnings.add("characterEncoding=" + encoding + ": the server reads UTF-8 whatever is agreed, so other "
					+ "characters than ASCII are stored wrongly (no issue known). Remove it");
		}
		return warnings;
	}

	/**
	 * The list is the connection's own, so that the guard stays where the driver connects
	 * again.
	 */
	@Override
	public void guard(WireObserver observer) {
		List<QueryInterceptor> interceptors = this.connection.getQueryInterceptorsInstances();
		for (QueryInterceptor interceptor : interceptors) {
			if (interceptor instanceof WireGuard guard) {
				guard.observer(observer);
				return;
			}
		}
		NativeSession session = session();
		interceptors.add(new WireGuard(session.getServerSession().supportsQueryAttributes(), observer));
		session.setQueryInterceptors(interceptors);
	}

	@Override
	public @Nullable Object withProcedures(Action action) throws Throwable {
		RuntimeProperty<Boolean> useInformationSchema = this.connection.getPropertySet()
			.getBooleanProperty(PropertyKey.useInformationSchema);
		boolean before = useInformationSchema.getValue();
		useInformationSchema.setValue(true);
		try {
			return action.run();
		}
		finally {
			useInformationSchema.setValue(before);
		}
	}

	@Override
	public void resetRowLimit() throws SQLException {
		if (this.connection.getSessionMaxRows() != NO_LIMIT) {
			this.connection.setSessionMaxRows(NO_LIMIT);
		}
	}

	@Override
	public boolean isInTransaction() {
		return session().getServerSession().inTransactionOnServer();
	}

	/**
	 * The setting is taken over by the wrapper's statements: our own, such as COMMIT,
	 * must not be streamed, as the driver sends a {@code SET} before them then.
	 */
	@Override
	public boolean streamsByDefault() {
		RuntimeProperty<Integer> fetchSize = this.connection.getPropertySet()
			.getIntegerProperty(PropertyKey.defaultFetchSize);
		boolean streams = fetchSize.getValue() == Integer.MIN_VALUE || fetchSize.getInitialValue() == Integer.MIN_VALUE;
		if (fetchSize.getValue() == Integer.MIN_VALUE) {
			fetchSize.setValue(0);
		}
		return streams;
	}

	@Override
	public boolean preparesOnServer() {
		return this.connection.getPropertySet().getBooleanProperty(PropertyKey.useServerPrepStmts).getValue();
	}

	private NativeSession session() {
		return (NativeSession) this.connection.getSession();
	}

	private static boolean isOn(PropertySet settings, PropertyKey key) {
		return settings.getBooleanProperty(key).getValue();
	}

}
