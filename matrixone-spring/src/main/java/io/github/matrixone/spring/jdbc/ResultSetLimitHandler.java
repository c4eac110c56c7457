package io.github.matrixone.spring.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Ends a result set after a number of rows. Moving otherwise than forward is refused.
 */
final class ResultSetLimitHandler extends WrapperHandler {

	private final long maxRows;

	private long rows;

	private ResultSetLimitHandler(ResultSet target, long maxRows) {
		super(target);
		this.maxRows = maxRows;
	}

	static ResultSet wrap(ResultSet target, long maxRows) {
		return proxy(ResultSet.class, new ResultSetLimitHandler(target, maxRows));
	}

	@Override
	@Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable {
		return switch (method.getName()) {
			case "next" -> {
				if (this.rows > this.maxRows) {
					yield false;
				}
				this.rows++;
				yield this.rows <= this.maxRows && Boolean.TRUE.equals(callTarget(method, args));
			}
			case "isAfterLast" -> this.rows > this.maxRows || Boolean.TRUE.equals(callTarget(method, args));
			case "getType" -> ResultSet.TYPE_FORWARD_ONLY;
			case "absolute", "relative", "previous", "first", "last", "beforeFirst", "afterLast" ->
				throw new SQLException(
						"A result set limited by Statement.setMaxRows can only be moved forward; use LIMIT in the query");
			default -> callTarget(method, args);
		};
	}

}
