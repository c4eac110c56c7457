package io.github.matrixone.spring.jdbc.connection;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.transaction.StandIn;

/**
 * Says of a connection what is true of MatrixOne rather than of MySQL.
 */
final class MetaDataHandler extends WrapperHandler {

	/**
	 * Where each method that finds tables by their names has these names.
	 */
	private static final Map<String, List<Integer>> TABLE_NAMES = Map.ofEntries(entry("getBestRowIdentifier", 2),
			entry("getColumnPrivileges", 2), entry("getColumns", 2), entry("getCrossReference", 2, 5),
			entry("getExportedKeys", 2), entry("getImportedKeys", 2), entry("getIndexInfo", 2),
			entry("getPrimaryKeys", 2), entry("getTablePrivileges", 2), entry("getTables", 2),
			entry("getVersionColumns", 2));

	/** What the driver knows by itself. */
	private static final Set<String> OF_DRIVER = Set.of("getClientInfoProperties", "getTableTypes", "getTypeInfo");

	private static final String CONNECTION_HOLDER = "org.springframework.jdbc.datasource.ConnectionHolder";

	private final DatabaseMetaData target;

	private final Connection connection;

	private final ConnectionTransaction transaction;

	private MetaDataHandler(DatabaseMetaData target, Connection connection, ConnectionTransaction transaction) {
		super(target);
		this.target = target;
		this.connection = connection;
		this.transaction = transaction;
	}

	static DatabaseMetaData wrap(DatabaseMetaData target, Connection connection, ConnectionTransaction transaction) {
		return proxy(DatabaseMetaData.class, new MetaDataHandler(target, connection, transaction));
	}

	private static Map.Entry<String, List<Integer>> entry(String method, Integer... positions) {
		return Map.entry(method, List.of(positions));
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		requireNow(method);
		return switch (method.getName()) {
			case "getConnection" -> this.connection;
			case "supportsSavepoints" -> isAskedBySpring();
			case "getDefaultTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
			case "supportsTransactionIsolationLevel" -> ((Integer) args[0]) == Connection.TRANSACTION_READ_COMMITTED
					|| ((Integer) args[0]) == Connection.TRANSACTION_READ_UNCOMMITTED;
			case "getProcedures", "getProcedureColumns", "getFunctions", "getFunctionColumns" ->
				this.transaction.withProcedures(() -> ofProcedures(method, args));
			default -> callTarget(method, withNamesOfTables(method, args));
		};
	}

	/**
	 * The driver takes a refusal of its query for a database without tables.
	 */
	private static void requireNow(Method method) throws SQLException {
		StandIn current = StandIn.get();
		if (current != null && current.past() != null && method.getReturnType() == ResultSet.class
				&& !OF_DRIVER.contains(method.getName())) {
			throw current.refused("DatabaseMetaData." + method.getName());
		}
	}

	/**
	 * Spring's transaction managers would only say that the driver has no savepoints. If
	 * they go on, they are told why there are none, and what to do.
	 */
	private static boolean isAskedBySpring() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.anyMatch((frame) -> frame.getClassName().equals(CONNECTION_HOLDER)));
	}

	/**
	 * The driver chooses where to read from when it makes its description of the
	 * database.
	 */
	private @Nullable Object ofProcedures(Method method, Object[] args) throws Throwable {
		DatabaseMetaData target = this.target.getConnection().getMetaData();
		try {
			return method.invoke(target, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	@Override
	SQLException failed(SQLException ex) {
		return this.transaction.failed(ex);
	}

	/**
	 * The server keeps names in lower case and finds them by the exact letters only.
	 */
	private static Object[] withNamesOfTables(Method method, Object[] args) {
		List<Integer> positions = TABLE_NAMES.get(method.getName());
		if (positions == null) {
			return args;
		}
		Object[] folded = args.clone();
		for (Integer position : positions) {
			if (folded[position] instanceof String name) {
				folded[position] = name.toLowerCase(Locale.ROOT);
			}
		}
		return folded;
	}

}
