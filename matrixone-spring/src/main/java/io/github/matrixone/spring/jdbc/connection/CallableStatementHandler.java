package io.github.matrixone.spring.jdbc.connection;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * A {@link WrappedPreparedStatement} with named and returned parameters, which are left
 * to the driver.
 */
final class CallableStatementHandler extends WrapperHandler {

	private final WrappedPreparedStatement statement;

	private final ConnectionTransaction transaction;

	private CallableStatementHandler(CallableStatement target, WrappedPreparedStatement statement,
			ConnectionTransaction transaction) {
		super(target);
		this.statement = statement;
		this.transaction = transaction;
	}

	static CallableStatement wrap(CallableStatement target, WrappedPreparedStatement statement,
			ConnectionTransaction transaction) {
		return proxy(CallableStatement.class, new CallableStatementHandler(target, statement, transaction));
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		if (method.getDeclaringClass() == CallableStatement.class) {
			Object result = callTarget(method, args);
			return (result instanceof ResultSet rows) ? this.statement.streamed(rows) : result;
		}
		try {
			return method.invoke(this.statement, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	@Override
	void beforeUnwrap() throws SQLException {
		this.statement.beforeUnwrap();
	}

	@Override
	SQLException failed(SQLException ex) {
		return this.transaction.failed(ex);
	}

}
