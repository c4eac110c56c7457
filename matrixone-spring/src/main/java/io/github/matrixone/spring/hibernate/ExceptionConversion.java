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
		String text = text(ex);
		return switch (ex.getErrorCode()) {
			case 1062, 20305, 20617, 20623 -> violation(ConstraintKind.UNIQUE, ex, message, sql);
			case 1048 -> violation(ConstraintKind.NOT_NULL, ex, message, sql);
			case 1217, 1451, 1452 -> violation(ConstraintKind.FOREIGN_KEY, ex, message, sql);
			case 3819 -> text.contains(NOT_NULL) ? violation(ConstraintKind.NOT_NULL, ex, message, sql)
					: text.contains(CHECK) ? violation(ConstraintKind.CHECK, ex, message, sql)
							: violation(ConstraintKind.OTHER, ex, message, sql);
			case 20101 ->
				text.contains("foreign key constraint fails") ? violation(ConstraintKind.FOREIGN_KEY, ex, message, sql)
						: text.contains("is larger than Dest length") ? new DataException(message, ex, sql) : null;
			case 20301 -> text.contains("beyond the range") ? new DataException(message, ex, sql) : null;
			case 1264, 1406, 1690, 20203 -> new DataException(message, ex, sql);
			case 1049, 1054, 1064, 1136, 1146, 1149 -> new SQLGrammarException(message, ex, sql);
			case 1205, 20701, 20702, 20703, 20704, 20706, 20707, 20709 ->
				new PessimisticLockException(message, ex, sql);
			case 20601, 20603, 20618, 20619, 20622, 20628, 20629, 20630, 20631, 20632 ->
				new SnapshotIsolationException(message, ex, sql);
			case 1317, 3024 -> new QueryTimeoutException(message, ex, sql);
			case 20502, 20504, 20505, 20507 -> new JDBCConnectionException(message, ex, sql);
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
		return switch (ex.getErrorCode()) {
			case 1062 -> quoted(text, text.lastIndexOf(KEY), KEY);
			case 3819 -> text.contains(NOT_NULL) ? quoted(text, text.indexOf(NOT_NULL), NOT_NULL)
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
