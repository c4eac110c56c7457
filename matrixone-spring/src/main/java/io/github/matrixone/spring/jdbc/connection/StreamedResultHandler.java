package io.github.matrixone.spring.jdbc.connection;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Shows a connection's transaction the errors that come while the rows of a result are
 * still being sent.
 */
final class StreamedResultHandler extends WrapperHandler {

	private final ConnectionTransaction transaction;

	private StreamedResultHandler(ResultSet target, ConnectionTransaction transaction) {
		super(target);
		this.transaction = transaction;
	}

	static ResultSet wrap(ResultSet target, ConnectionTransaction transaction) {
		return proxy(ResultSet.class, new StreamedResultHandler(target, transaction));
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		return callTarget(method, args);
	}

	@Override
	SQLException failed(SQLException ex) {
		return this.transaction.failed(ex);
	}

}
