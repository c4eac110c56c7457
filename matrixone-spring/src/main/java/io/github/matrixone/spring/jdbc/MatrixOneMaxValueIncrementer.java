package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataRetrievalFailureException;
import org.springframework.jdbc.support.incrementer.AbstractColumnMaxValueIncrementer;

import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

/**
 * Counts in a table of one row, as
 * {@link org.springframework.jdbc.support.incrementer.MySQLMaxValueIncrementer} does, and
 * without {@code last_insert_id(expr)}, which MatrixOne does not have (MO#28163).
 *
 * <p>
 * Sends an {@code UPDATE} and a {@code SELECT} in a transaction of its own, on a
 * connection beside that of the caller's transaction: a value is used up whatever becomes
 * of the caller, and callers do not wait for each other's transactions. With a cache size
 * of <i>n</i> it does so once for <i>n</i> values. Thread-safe.
 *
 * @since 0.1
 */
public class MatrixOneMaxValueIncrementer extends AbstractColumnMaxValueIncrementer {

	private long last;

	private long reserved;

	/**
	 * Create an incrementer.
	 * @param dataSource the data source
	 * @param table the table of one row
	 * @param column the column that counts
	 */
	public MatrixOneMaxValueIncrementer(DataSource dataSource, String table, String column) {
		super(dataSource, table, column);
	}

	@Override
	protected synchronized long getNextKey() throws DataAccessException {
		if (this.last == this.reserved) {
			long reserved = reserve();
			this.last = reserved - getCacheSize();
			this.reserved = reserved;
		}
		return ++this.last;
	}

	private long reserve() {
		String update = "UPDATE " + getIncrementerName() + " SET " + getColumnName() + " = " + getColumnName() + " + "
				+ getCacheSize();
		try (Connection connection = getDataSource().getConnection()) {
			boolean autoCommit = connection.getAutoCommit();
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				long value = increment(statement, update);
				connection.commit();
				return value;
			}
			catch (SQLException | RuntimeException ex) {
				rollback(connection, ex);
				throw ex;
			}
			finally {
				connection.setAutoCommit(autoCommit);
			}
		}
		catch (SQLException ex) {
			DataAccessException translated = new MatrixOneExceptionTranslator().translate("Count", update, ex);
			throw (translated != null) ? translated
					: new DataAccessResourceFailureException("Could not count in " + getIncrementerName(), ex);
		}
	}

	private long increment(Statement statement, String update) throws SQLException {
		statement.executeUpdate(update);
		try (ResultSet rows = statement.executeQuery("SELECT " + getColumnName() + " FROM " + getIncrementerName())) {
			if (!rows.next()) {
				throw new DataRetrievalFailureException("The table " + getIncrementerName() + " has no row");
			}
			return rows.getLong(1);
		}
	}

	private static void rollback(Connection connection, Exception cause) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

}
