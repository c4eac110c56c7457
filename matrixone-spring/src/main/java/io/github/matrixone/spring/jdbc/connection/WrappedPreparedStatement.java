package io.github.matrixone.spring.jdbc.connection;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Calendar;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.jdbc.connection.ConnectionWire.SqlAction;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.transaction.StatementRows;

/**
 * A {@link WrappedStatement} with parameters, of which those of an insert, a change or a
 * lock are seen.
 */
class WrappedPreparedStatement extends WrappedStatement implements PreparedStatement {

	private PreparedStatement target;

	private final @Nullable SqlAction<PreparedStatement> again;

	private final List<SqlStatement> prepared;

	/** What the application binds, while that is seen. */
	private @Nullable StatementParameters parameters;

	WrappedPreparedStatement(PreparedStatement target, Connection connection, ConnectionTransaction transaction,
			String sql, List<SqlStatement> prepared, boolean updatable, @Nullable SqlAction<PreparedStatement> again)
			throws SQLException {
		super(target, connection, transaction, updatable);
		this.target = target;
		this.again = again;
		this.prepared = prepared;
		this.parameters = hasRows(prepared) ? new StatementParameters(sql, inserts(prepared)) : null;
	}

	@Override
	public @Nullable ResultSet executeQuery() throws SQLException {
		return streamed(send(() -> this.target.executeQuery()));
	}

	@Override
	public int executeUpdate() throws SQLException {
		return update(() -> this.target.executeUpdate());
	}

	@Override
	public void setNull(int index, int type) throws SQLException {
		bind(index, StatementParameters.NULL);
		carryOut(() -> this.target.setNull(index, type));
	}

	@Override
	public void setBoolean(int index, boolean value) throws SQLException {
		bind(index, value);
		carryOut(() -> this.target.setBoolean(index, value));
	}

	@Override
	public void setByte(int index, byte value) throws SQLException {
		if (this.parameters != null) {
			this.parameters.set(index, value);
		}
		carryOut(() -> this.target.setByte(index, value));
	}

	@Override
	public void setShort(int index, short value) throws SQLException {
		if (this.parameters != null) {
			this.parameters.set(index, value);
		}
		carryOut(() -> this.target.setShort(index, value));
	}

	@Override
	public void setInt(int index, int value) throws SQLException {
		if (this.parameters != null) {
			this.parameters.set(index, value);
		}
		carryOut(() -> this.target.setInt(index, value));
	}

	@Override
	public void setLong(int index, long value) throws SQLException {
		if (this.parameters != null) {
			this.parameters.set(index, value);
		}
		carryOut(() -> this.target.setLong(index, value));
	}

	@Override
	public void setFloat(int index, float value) throws SQLException {
		bind(index, value);
		carryOut(() -> this.target.setFloat(index, value));
	}

	@Override
	public void setDouble(int index, double value) throws SQLException {
		bind(index, value);
		carryOut(() -> this.target.setDouble(index, value));
	}

	@Override
	public void setBigDecimal(int index, BigDecimal value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBigDecimal(index, value));
	}

	@Override
	public void setString(int index, String value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setString(index, value));
	}

	@Override
	public void setBytes(int index, byte[] value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBytes(index, value));
	}

	@Override
	public void setDate(int index, Date value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setDate(index, value));
	}

	@Override
	public void setTime(int index, Time value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setTime(index, value));
	}

	@Override
	public void setTimestamp(int index, Timestamp value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setTimestamp(index, value));
	}

	@Override
	public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setAsciiStream(index, value, length));
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setUnicodeStream(index, value, length));
	}

	@Override
	public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBinaryStream(index, value, length));
	}

	@Override
	public void clearParameters() throws SQLException {
		if (this.parameters != null) {
			this.parameters.clear();
		}
		carryOut(() -> this.target.clearParameters());
	}

	@Override
	public void setObject(int index, Object value, int type) throws SQLException {
		bindAs(index, value, type);
		carryOut(() -> this.target.setObject(index, value, type));
	}

	@Override
	public void setObject(int index, Object value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setObject(index, value));
	}

	@Override
	public boolean execute() throws SQLException {
		return send(() -> this.target.execute());
	}

	@Override
	public void setCharacterStream(int index, Reader value, int length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setCharacterStream(index, value, length));
	}

	@Override
	public void setRef(int index, Ref value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setRef(index, value));
	}

	@Override
	public void setBlob(int index, Blob value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBlob(index, value));
	}

	@Override
	public void setClob(int index, Clob value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setClob(index, value));
	}

	@Override
	public void setArray(int index, Array value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setArray(index, value));
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		return call(() -> this.target.getMetaData());
	}

	@Override
	public void setDate(int index, Date value, Calendar calendar) throws SQLException {
		bindObject(index, (value != null) ? new CalendarValue(value, calendar) : null);
		carryOut(() -> this.target.setDate(index, value, calendar));
	}

	@Override
	public void setTime(int index, Time value, Calendar calendar) throws SQLException {
		bindObject(index, (value != null) ? new CalendarValue(value, calendar) : null);
		carryOut(() -> this.target.setTime(index, value, calendar));
	}

	@Override
	public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
		bindObject(index, (value != null) ? new CalendarValue(value, calendar) : null);
		carryOut(() -> this.target.setTimestamp(index, value, calendar));
	}

	@Override
	public void setNull(int index, int type, String typeName) throws SQLException {
		bind(index, StatementParameters.NULL);
		carryOut(() -> this.target.setNull(index, type, typeName));
	}

	@Override
	public void setURL(int index, URL value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setURL(index, value));
	}

	@Override
	public ParameterMetaData getParameterMetaData() throws SQLException {
		return call(() -> this.target.getParameterMetaData());
	}

	@Override
	public void setRowId(int index, RowId value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setRowId(index, value));
	}

	@Override
	public void setNString(int index, String value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setNString(index, value));
	}

	@Override
	public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setNCharacterStream(index, value, length));
	}

	@Override
	public void setNClob(int index, NClob value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setNClob(index, value));
	}

	@Override
	public void setClob(int index, Reader value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setClob(index, value, length));
	}

	@Override
	public void setBlob(int index, InputStream value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBlob(index, value, length));
	}

	@Override
	public void setNClob(int index, Reader value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setNClob(index, value, length));
	}

	@Override
	public void setSQLXML(int index, SQLXML value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setSQLXML(index, value));
	}

	@Override
	public void setObject(int index, Object value, int type, int scaleOrLength) throws SQLException {
		bind(index, (value != null) ? null : StatementParameters.NULL);
		carryOut(() -> this.target.setObject(index, value, type, scaleOrLength));
	}

	@Override
	public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setAsciiStream(index, value, length));
	}

	@Override
	public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBinaryStream(index, value, length));
	}

	@Override
	public void setCharacterStream(int index, Reader value, long length) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setCharacterStream(index, value, length));
	}

	@Override
	public void setAsciiStream(int index, InputStream value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setAsciiStream(index, value));
	}

	@Override
	public void setBinaryStream(int index, InputStream value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBinaryStream(index, value));
	}

	@Override
	public void setCharacterStream(int index, Reader value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setCharacterStream(index, value));
	}

	@Override
	public void setNCharacterStream(int index, Reader value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setNCharacterStream(index, value));
	}

	@Override
	public void setClob(int index, Reader value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setClob(index, value));
	}

	@Override
	public void setBlob(int index, InputStream value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setBlob(index, value));
	}

	@Override
	public void setNClob(int index, Reader value) throws SQLException {
		bindObject(index, value);
		carryOut(() -> this.target.setNClob(index, value));
	}

	@Override
	public void setObject(int index, Object value, SQLType type, int scaleOrLength) throws SQLException {
		bind(index, (value != null) ? null : StatementParameters.NULL);
		carryOut(() -> this.target.setObject(index, value, type, scaleOrLength));
	}

	@Override
	public void setObject(int index, Object value, SQLType type) throws SQLException {
		bindAs(index, value,
				(type != null && type.getVendorTypeNumber() != null) ? type.getVendorTypeNumber() : Types.OTHER);
		carryOut(() -> this.target.setObject(index, value, type));
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return update(() -> this.target.executeLargeUpdate());
	}

	@Override
	public void addBatch() throws SQLException {
		batch(this.prepared);
		if (this.parameters != null) {
			this.parameters.addBatch();
		}
		carryOut(() -> this.target.addBatch());
	}

	/**
	 * Pools keep prepared statements, and give them to whoever asks for the same text.
	 */
	@Override
	void beforeCall() throws SQLException {
		if (this.again != null) {
			beHere();
		}
	}

	@Override
	boolean remake() throws SQLException {
		if (this.again == null) {
			return false;
		}
		PreparedStatement made = this.again.run();
		replaceTarget(made);
		this.target = made;
		return true;
	}

	@Override
	void beforeUnwrap() throws SQLException {
		this.parameters = null;
		super.beforeUnwrap();
	}

	@Override
	void forgetBatch() {
		super.forgetBatch();
		if (this.parameters != null) {
			this.parameters.clearBatch();
		}
	}

	@Override
	StatementRows keysOfBatch() {
		return (this.parameters != null) ? this.parameters.ofBatch() : StatementRows.UNKNOWN;
	}

	private <T> T send(SqlAction<T> action) throws SQLException {
		return send(this.prepared, keys(), action);
	}

	private <T> T update(SqlAction<T> action) throws SQLException {
		return update(this.prepared, keys(), action);
	}

	private StatementRows keys() {
		return (this.parameters != null) ? this.parameters : StatementRows.UNKNOWN;
	}

	/**
	 * What the driver converts to another type is not known here.
	 */
	private void bindAs(int index, @Nullable Object value, int type) {
		if (value == null || StatementParameters.isKept(value, type)) {
			bindObject(index, value);
		}
		else {
			bind(index, null);
		}
	}

	private void bindObject(int index, @Nullable Object value) {
		bind(index, (value != null) ? value : StatementParameters.NULL);
	}

	private void bind(int index, @Nullable Object value) {
		if (this.parameters != null) {
			this.parameters.set(index, value);
		}
	}

}
