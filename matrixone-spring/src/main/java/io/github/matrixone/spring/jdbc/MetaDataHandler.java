package io.github.matrixone.spring.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;

import org.jspecify.annotations.Nullable;

/**
 * Says of a connection what is true of MatrixOne rather than of MySQL.
 */
final class MetaDataHandler extends WrapperHandler {

	private final Connection connection;

	private MetaDataHandler(DatabaseMetaData target, Connection connection) {
		super(target);
		this.connection = connection;
	}

	static DatabaseMetaData wrap(DatabaseMetaData target, Connection connection) {
		return proxy(DatabaseMetaData.class, new MetaDataHandler(target, connection));
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		return switch (method.getName()) {
			case "getConnection" -> this.connection;
			case "supportsSavepoints" -> false;
			case "getDefaultTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
			case "supportsTransactionIsolationLevel" -> ((Integer) args[0]) == Connection.TRANSACTION_READ_COMMITTED
					|| ((Integer) args[0]) == Connection.TRANSACTION_READ_UNCOMMITTED;
			default -> callTarget(method, args);
		};
	}

}
