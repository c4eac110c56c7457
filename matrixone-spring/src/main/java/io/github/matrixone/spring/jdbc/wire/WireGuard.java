package io.github.matrixone.spring.jdbc.wire;

import java.io.Serial;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Supplier;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.Query;
import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.Message;
import com.mysql.cj.protocol.Resultset;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.a.NativeConstants;
import com.mysql.cj.protocol.a.NativePacketPayload;
import com.mysql.cj.protocol.a.result.ResultsetRowsStreaming;
import org.jspecify.annotations.Nullable;

/**
 * Guards a connection of Connector/J below the driver's API: shows each text and command
 * that goes out to the connection's transaction, those that the driver sends by itself
 * included. One that is refused there is not sent.
 */
final class WireGuard implements QueryInterceptor {

	private static final String ROW_LIMIT = "set sql_select_limit";

	private static final int LONGEST_ROW_LIMIT = 40;

	private static final int FIRST = 1;

	/** The command and the number of a statement. */
	private static final int CLOSE_LENGTH = 5;

	private static final int AFTER_NO_ATTRIBUTES = 3;

	private final boolean queryAttributes;

	private WireObserver observer;

	/**
	 * Create a guard.
	 * @param queryAttributes whether the text of a query follows its attributes
	 */
	WireGuard(boolean queryAttributes, WireObserver observer) {
		this.queryAttributes = queryAttributes;
		this.observer = observer;
	}

	/**
	 * Show what goes out to another observer, where the connection is wrapped again.
	 */
	void observer(WireObserver observer) {
		this.observer = observer;
	}

	@Override
	public QueryInterceptor init(MysqlConnection connection, Properties properties, Log log) {
		return this;
	}

	@Override
	public boolean executeTopLevelOnly() {
		return false;
	}

	@Override
	public void destroy() {
	}

	/**
	 * Keep a limit of rows from the server where the transaction asks for it. The driver
	 * sends it without a statement of JDBC, and counts the rows in any case.
	 */
	@Override
	@SuppressWarnings("unchecked")
	public <T extends Resultset> @Nullable T preProcess(Supplier<String> sql, @Nullable Query query) {
		return (query == null && this.observer.withholdsRowLimit() && isRowLimit(sql.get())) ? (T) nothing() : null;
	}

	/**
	 * Look at what is about to be sent.
	 * @return the packet itself in place of an answer where it must not be sent, else
	 * {@code null}
	 */
	@Override
	public <M extends Message> @Nullable M preProcess(M packet) {
		if (packet instanceof NativePacketPayload payload) {
			if (closesNoStatement(payload)) {
				return packet;
			}
			try {
				beforeSending(payload);
			}
			catch (SQLException ex) {
				throw new RefusedOnTheWireException(ex);
			}
		}
		return null;
	}

	@Override
	public <T extends Resultset> @Nullable T postProcess(Supplier<String> sql, @Nullable Query query,
			@Nullable T resultset, ServerSession serverSession) {
		if (resultset == null) {
			this.observer.failed();
		}
		else if (!(resultset.getRows() instanceof ResultsetRowsStreaming)) {
			this.observer.succeeded(serverSession.inTransactionOnServer());
		}
		return null;
	}

	/**
	 * Return whether a statement is to be closed that the server has not prepared, as the
	 * driver does where that has failed. The server answers with an error, which no
	 * protocol foresees: the driver would take it for the answer to its next statement
	 * (v4.2.0 and newer, no issue known).
	 */
	private static boolean closesNoStatement(NativePacketPayload payload) {
		byte[] buffer = payload.getByteBuffer();
		return buffer[0] == NativeConstants.COM_STMT_CLOSE && payload.getPosition() == CLOSE_LENGTH
				&& buffer[FIRST] == 0 && buffer[FIRST + 1] == 0 && buffer[FIRST + 2] == 0 && buffer[FIRST + 3] == 0;
	}

	private void beforeSending(NativePacketPayload payload) throws SQLException {
		byte[] buffer = payload.getByteBuffer();
		switch (buffer[0]) {
			case NativeConstants.COM_QUERY ->
				this.observer.beforeText(new WireText(buffer, textOf(payload), payload.getPosition()));
			case NativeConstants.COM_STMT_PREPARE ->
				this.observer.beforeText(new WireText(buffer, FIRST, payload.getPosition()));
			case NativeConstants.COM_STMT_EXECUTE -> this.observer.beforeExecution();
			case NativeConstants.COM_INIT_DB -> this.observer.beforeCommand("a change of the database (COM_INIT_DB)");
			case NativeConstants.COM_CHANGE_USER ->
				this.observer.beforeCommand("a change of the user (COM_CHANGE_USER)");
			case NativeConstants.COM_RESET_CONNECTION ->
				this.observer.beforeCommand("a reset of the session (COM_RESET_CONNECTION)");
			default -> {
			}
		}
	}

	/**
	 * Return where the text of a query begins. Where the driver sends it by itself there
	 * are no attributes, and no mark of the beginning either.
	 */
	private int textOf(NativePacketPayload payload) {
		if (!this.queryAttributes) {
			return FIRST;
		}
		return (payload.getByteBuffer()[FIRST] == 0) ? AFTER_NO_ATTRIBUTES : payload.getTag("QUERY");
	}

	private static boolean isRowLimit(String sql) {
		return sql.length() <= LONGEST_ROW_LIMIT && sql.toLowerCase(Locale.ROOT).startsWith(ROW_LIMIT);
	}

	private static Resultset nothing() {
		return (Resultset) Proxy.newProxyInstance(WireGuard.class.getClassLoader(), new Class<?>[] { Resultset.class },
				(proxy, method, arguments) -> (method.getReturnType() == boolean.class) ? Boolean.FALSE
						: defaultValue(method.getReturnType()));
	}

	private static @Nullable Object defaultValue(Class<?> type) {
		if (type == int.class) {
			return 0;
		}
		return (type == long.class) ? 0L : null;
	}

	/**
	 * Carries a refusal through the driver, whose interceptors cannot throw a
	 * {@link SQLException}. The driver throws its cause.
	 */
	private static final class RefusedOnTheWireException extends CJException {

		@Serial
		private static final long serialVersionUID = 1L;

		private RefusedOnTheWireException(SQLException refusal) {
			super(refusal.getMessage(), refusal);
		}

	}

}
