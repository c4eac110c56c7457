package io.github.matrixone.spring.hibernate;

import java.sql.SQLException;

import org.hibernate.JDBCException;
import org.hibernate.PessimisticLockException;
import org.hibernate.QueryTimeoutException;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.ConstraintViolationException.ConstraintKind;
import org.hibernate.exception.DataException;
import org.hibernate.exception.JDBCConnectionException;
import org.hibernate.exception.SQLGrammarException;
import org.hibernate.exception.SnapshotIsolationException;
import org.hibernate.exception.spi.SQLExceptionConversionDelegate;
import org.hibernate.exception.spi.ViolatedConstraintNameExtractor;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.HibernateErrors;
import io.github.matrixone.spring.dao.MatrixOneError;

/**
 * Tells MatrixOne's errors apart by their code, and by their text where the code is
 * shared: the SQLState is {@code HY000} for almost all of them.
 */
final class ExceptionConversion implements SQLExceptionConversionDelegate {

	private static final String NOT_NULL = "constraint violation: Column '";

	private static final String CHECK = "constraint violation: Check constraint '";

	private static final String KEY = " for key '";

	static final ViolatedConstraintNameExtractor CONSTRAINT_NAMES = ExceptionConversion::constraintName;

	@Override
	public @Nullable JDBCException convert(SQLException ex, String message, String sql) {
		JDBCException converted = converted(ex, message, sql);
		if (converted != null) {
			HibernateErrors.made(converted);
		}
		return converted;
	}

	private static @Nullable JDBCException converted(SQLException ex, String message, String sql) {
		String text = text(ex);
		return switch (MatrixOneError.of(ex)) {
			case DUPLICATE_ENTRY, STORED_DUPLICATE, POSSIBLE_DUPLICATE, DUPLICATE_PRIMARY_KEY ->
				violation(ConstraintKind.UNIQUE, ex, message, sql);
			case COLUMN_IS_NULL -> violation(ConstraintKind.NOT_NULL, ex, message, sql);
			case ROW_IS_REFERENCED, ROW_IS_REFERENCED_2, NO_REFERENCED_ROW, FOREIGN_KEY_FAILS ->
				violation(ConstraintKind.FOREIGN_KEY, ex, message, sql);
			case CONSTRAINT_VIOLATION -> text.contains(NOT_NULL) ? violation(ConstraintKind.NOT_NULL, ex, message, sql)
					: text.contains(CHECK) ? violation(ConstraintKind.CHECK, ex, message, sql)
							: violation(ConstraintKind.OTHER, ex, message, sql);
			case OUT_OF_COLUMN_RANGE, OUT_OF_RANGE, BEYOND_RANGE, DATA_TOO_LONG, CAST_TOO_LONG, INVALID_ARGUMENT ->
				new DataException(message, ex, sql);
			case UNKNOWN_DATABASE, UNKNOWN_COLUMN, UNKNOWN_TABLE, UNKNOWN_OBJECT, PARSE_ERROR, WRONG_VALUE_COUNT,
					NO_SUCH_TABLE, SYNTAX_ERROR ->
				new SQLGrammarException(message, ex, sql);
			case LOCK_WAIT_TIMEOUT, DEADLOCK, LOCK_TABLE_MOVED, NO_LOCK_TABLE, DEADLOCK_CHECK_BUSY, LOCK_CONFLICT,
					TOO_MANY_LOCKS, REMOTE_LOCK_WAIT_TIMEOUT ->
				new PessimisticLockException(message, ex, sql);
			case WRITE_CONFLICT, UNRESOLVED_CONFLICT, READ_WRITE_CONFLICT, WRITE_WRITE_CONFLICT, READ_CONFLICT, RETRY,
					STORAGE_RETRY, CANNOT_RETRY, RETRY_CHANGED_TABLE, STALE ->
				new SnapshotIsolationException(message, ex, sql);
			case QUERY_INTERRUPTED, QUERY_TIMEOUT -> new QueryTimeoutException(message, ex, sql);
			case BACKEND_CLOSED, NO_BACKEND, BACKEND_UNREACHABLE, CONNECTION_RESET ->
				new JDBCConnectionException(message, ex, sql);
			default -> null;
		};
	}

	private static ConstraintViolationException violation(ConstraintKind kind, SQLException ex, String message,
			String sql) {
		return new ConstraintViolationException(message, ex, sql, kind, constraintName(ex));
	}

	/**
	 * Return what the server says of the constraint: the columns of a unique key, such as
	 * {@code email} or {@code (shop_id,code)}, the column that must not be null, or the
	 * name of a check constraint. It says nothing of a foreign key.
	 */
	private static @Nullable String constraintName(SQLException ex) {
		String text = text(ex);
		return switch (MatrixOneError.of(ex)) {
			case DUPLICATE_ENTRY -> quoted(text, text.lastIndexOf(KEY), KEY);
			case CONSTRAINT_VIOLATION -> text.contains(NOT_NULL) ? quoted(text, text.indexOf(NOT_NULL), NOT_NULL)
					: quoted(text, text.indexOf(CHECK), CHECK);
			default -> null;
		};
	}

	private static @Nullable String quoted(String text, int position, String prefix) {
		int start = position + prefix.length();
		int end = text.indexOf('\'', start);
		return (position >= 0 && end >= 0) ? text.substring(start, end) : null;
	}

	private static String text(SQLException ex) {
		return String.valueOf(ex.getMessage());
	}

}
