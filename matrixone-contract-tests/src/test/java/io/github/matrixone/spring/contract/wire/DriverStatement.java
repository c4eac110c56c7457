package io.github.matrixone.spring.contract.wire;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.MysqlXAConnection;
import com.mysql.cj.jdbc.MysqlXid;
import com.mysql.cj.jdbc.interceptors.SessionAssociationInterceptor;

/**
 * What Connector/J sends by itself, and what makes it do so. Each constant is one way,
 * provoked in the midst of a transaction. The table in {@code docs/driver-statements.md}
 * has a line for each.
 */
enum DriverStatement {

	/**
	 * The usual recipe for large results.
	 */
	STREAMED_RESULT(Effect.COMMITS, "SET net_write_timeout=600", "SELECT id FROM item", "SET net_write_timeout=60") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(Integer.MIN_VALUE);
				read(statement.executeQuery("SELECT id FROM item"));
			}
		}

	},

	/**
	 * The same with a prepared statement.
	 */
	STREAMED_RESULT_OF_A_PREPARED_STATEMENT(Effect.COMMITS, "SET net_write_timeout=600",
			"SELECT id FROM item WHERE id > 0", "SET net_write_timeout=60") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM item WHERE id > ?")) {
				statement.setFetchSize(Integer.MIN_VALUE);
				statement.setInt(1, 0);
				read(statement.executeQuery());
			}
		}

	},

	/**
	 * The same by a property of the URL.
	 */
	STREAMED_RESULT_BY_DEFAULT(Effect.COMMITS, "SET net_write_timeout=600", "SELECT id FROM item",
			"SET net_write_timeout=60") {

		@Override
		String properties() {
			return "defaultFetchSize=-2147483648";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				read(statement.executeQuery("SELECT id FROM item"));
			}
		}

	},

	/**
	 * A streamed result is not read to its end before the next statement.
	 */
	STREAMED_RESULT_CUT_SHORT(Effect.COMMITS, "SET net_write_timeout=600", "SELECT id FROM item",
			"SET net_write_timeout=60", "INSERT INTO item VALUES (100)") {

		@Override
		String properties() {
			return "clobberStreamingResults=true";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.answer("SELECT id FROM item", Answer.columns("id").row("1").row("2"));
			try (Statement stream = connection.createStatement(); Statement other = connection.createStatement()) {
				stream.setFetchSize(Integer.MIN_VALUE);
				stream.executeQuery("SELECT id FROM item").next();
				other.executeUpdate("INSERT INTO item VALUES (100)");
			}
		}

	},

	/**
	 * Whoever streams does not close the result.
	 */
	STREAMED_RESULT_LEFT_OPEN(Effect.COMMITS, "SET net_write_timeout=600", "SELECT id FROM item") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.answer("SELECT id FROM item", Answer.columns("id").row("1").row("2"));
			Statement statement = connection.createStatement();
			statement.setFetchSize(Integer.MIN_VALUE);
			statement.executeQuery("SELECT id FROM item").next();
		}

	},

	/**
	 * {@code JdbcTemplate.setMaxRows} and the like.
	 */
	LIMITED_ROWS(Effect.COMMITS, "SET sql_select_limit=5", "SELECT id FROM item", "SET sql_select_limit=DEFAULT",
			"INSERT INTO item VALUES (100)") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.setMaxRows(5);
				read(statement.executeQuery("SELECT id FROM item"));
				statement.executeUpdate("INSERT INTO item VALUES (100)");
			}
		}

	},

	/**
	 * The same by a property of the URL.
	 */
	LIMITED_ROWS_BY_DEFAULT(Effect.COMMITS, "SET sql_select_limit=5", "SELECT id FROM item",
			"SET sql_select_limit=DEFAULT", "INSERT INTO item VALUES (100)") {

		@Override
		String properties() {
			return "maxRows=5";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				read(statement.executeQuery("SELECT id FROM item"));
				statement.executeUpdate("INSERT INTO item VALUES (100)");
			}
		}

	},

	/**
	 * An earlier user of the connection has limited rows, outside of a transaction. The
	 * limit is undone before the next statement, whosever it is: here before the BEGIN.
	 */
	LIMITED_ROWS_OF_AN_EARLIER_USER(Effect.WRITES, "INSERT INTO item VALUES (100)") {

		@Override
		void prepare(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				statement.setMaxRows(5);
				read(statement.executeQuery("SELECT id FROM item"));
			}
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			execute(connection, "INSERT INTO item VALUES (100)");
		}

	},

	/**
	 * Asked before the execution, the driver executes the query to know its columns.
	 */
	METADATA_OF_A_PREPARED_STATEMENT(Effect.COMMITS, "SET sql_select_limit=1", "SELECT id FROM item WHERE id = null",
			"SET sql_select_limit=DEFAULT", "INSERT INTO item VALUES (100)") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM item WHERE id = ?")) {
				statement.getMetaData();
			}
			execute(connection, "INSERT INTO item VALUES (100)");
		}

	},

	/**
	 * A parameter of a procedure that goes in and out.
	 */
	PARAMETER_IN_AND_OUT(Effect.COMMITS, "SET @`com_mysql_jdbc_outparam_0`=1", "SELECT @@session.transaction_read_only",
			"CALL change(@`com_mysql_jdbc_outparam_0`)", "SELECT @`com_mysql_jdbc_outparam_0`") {

		@Override
		String properties() {
			return "noAccessToProcedureBodies=true";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (CallableStatement call = connection.prepareCall("{call change(?)}")) {
				call.setInt(1, 1);
				call.registerOutParameter(1, Types.INTEGER);
				call.execute();
			}
		}

	},

	/**
	 * An interceptor of the driver's own.
	 */
	SESSION_KEY(Effect.COMMITS, "SET @mysql_proxy_session='key'", "INSERT INTO item VALUES (100)") {

		@Override
		String properties() {
			return "queryInterceptors=" + SessionAssociationInterceptor.class.getName();
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			SessionAssociationInterceptor.setSessionKey("key");
			try {
				execute(connection, "INSERT INTO item VALUES (100)");
			}
			finally {
				SessionAssociationInterceptor.resetSessionKey();
			}
		}

	},

	/**
	 * What Spring does for a read-only transaction.
	 */
	READ_ONLY(Effect.KEEPS, "SET SESSION TRANSACTION READ ONLY") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.setReadOnly(true);
		}

	},

	/**
	 * What Spring does for a transaction with an isolation level.
	 */
	ISOLATION_LEVEL(Effect.KEEPS, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		}

	},

	/**
	 * What a library does that is not sure of it.
	 */
	AUTOCOMMIT_OFF_AGAIN(Effect.COMMITS, "SET autocommit=0") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.setAutoCommit(false);
		}

	},

	/**
	 * The connection of the driver, taken out of the pool's.
	 */
	AUTOCOMMIT_OFF_BENEATH_THE_POOL(Effect.COMMITS, "SET autocommit=0") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.unwrap(JdbcConnection.class).setAutoCommit(false);
		}

	},

	/**
	 * Tenants with a database each.
	 */
	DATABASE(Effect.KEEPS, "USE `other`", "INSERT INTO item VALUES (100)", "USE `shop`") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.setCatalog("other");
			try {
				execute(connection, "INSERT INTO item VALUES (100)");
			}
			finally {
				connection.setCatalog("shop");
			}
		}

	},

	/**
	 * The tenant's database is left after an error by which the transaction is lost.
	 */
	DATABASE_AFTER_A_DEADLOCK(Effect.LOSES, "USE `other`", "INSERT INTO item VALUES (100)", "USE `shop`") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.failOnce("INSERT INTO item VALUES (100)", 20701);
			connection.setCatalog("other");
			try {
				execute(connection, "INSERT INTO item VALUES (100)");
			}
			finally {
				connection.setCatalog("shop");
			}
		}

	},

	/**
	 * A statement keeps to the database in which it was made.
	 */
	DATABASE_OF_A_STATEMENT(Effect.KEEPS, "USE `other`", "USE `shop`", "INSERT INTO item VALUES (100)", "USE `other`",
			"USE `shop`") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				connection.setCatalog("other");
				statement.executeUpdate("INSERT INTO item VALUES (100)");
			}
			finally {
				connection.setCatalog("shop");
			}
		}

	},

	/**
	 * {@code PROPAGATION_NESTED}.
	 */
	SAVEPOINT(Effect.KEEPS, "SAVEPOINT `s`", "RELEASE SAVEPOINT `s`") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.releaseSavepoint(connection.setSavepoint("s"));
		}

	},

	/**
	 * {@code PROPAGATION_NESTED} that is rolled back.
	 */
	ROLLBACK_TO_A_SAVEPOINT(Effect.LOSES, "SAVEPOINT `s`", "ROLLBACK TO SAVEPOINT `s`") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.rollback(connection.setSavepoint("s"));
		}

	},

	/**
	 * A transaction manager for several resources.
	 */
	XA_TRANSACTION(Effect.KEEPS, "XA START 0x01,0x02,0x1") {

		@Override
		void provoke(Connection connection, WireServer server) throws Exception {
			server.failOnce("XA START 0x01,0x02,0x1", 1064);
			new MysqlXAConnection(connection.unwrap(JdbcConnection.class), false)
				.start(new MysqlXid(new byte[] { 1 }, new byte[] { 2 }, 1), 0);
		}

	},

	/**
	 * What the driver's own {@code MysqlConnectionPoolDataSource} does for each user.
	 */
	RESET_OF_THE_CONNECTION(Effect.KEEPS, "COM_RESET_CONNECTION") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.unwrap(JdbcConnection.class).resetServerState();
		}

	},

	/**
	 * Another user on the same connection.
	 */
	CHANGE_OF_THE_USER(Effect.KEEPS, "COM_CHANGE_USER") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.unwrap(JdbcConnection.class).changeUser("root", "secret");
		}

	},

	/**
	 * {@code Connection.setClientInfo}, where the driver is told to call a procedure.
	 */
	CLIENT_INFO_BY_A_PROCEDURE(Effect.WRITES, "CALL `shop`.`setClientInfo`('a', 'b')") {

		@Override
		String properties() {
			return "clientInfoProvider=com.mysql.cj.jdbc.ClientInfoProviderSP";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			connection.setClientInfo("a", "b");
		}

	},

	/**
	 * {@code ResultSet.updateRow}.
	 */
	CHANGED_ROW(Effect.WRITES, "SELECT id, name FROM item",
			"UPDATE `shop`.`item` SET `shop`.`item`.`name`='b' WHERE `shop`.`item`.`id`<=>'1'",
			"SELECT `shop`.`item`.`id`,`shop`.`item`.`name` FROM `shop`.`item` WHERE `shop`.`item`.`id`<=>'1'") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = updatable(connection, server);
					ResultSet rows = statement.executeQuery("SELECT id, name FROM item")) {
				rows.next();
				rows.updateString(2, "b");
				rows.updateRow();
			}
		}

	},

	/**
	 * {@code ResultSet.insertRow}.
	 */
	INSERTED_ROW(Effect.WRITES, "SELECT id, name FROM item",
			"INSERT INTO `shop`.`item` (`shop`.`item`.`id`,`shop`.`item`.`name`) VALUES ('2','b')",
			"SELECT `shop`.`item`.`id`,`shop`.`item`.`name` FROM `shop`.`item` WHERE `shop`.`item`.`id`<=>'2'") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = updatable(connection, server);
					ResultSet rows = statement.executeQuery("SELECT id, name FROM item")) {
				rows.next();
				rows.moveToInsertRow();
				rows.updateString(1, "2");
				rows.updateString(2, "b");
				rows.insertRow();
			}
		}

	},

	/**
	 * {@code ResultSet.deleteRow}.
	 */
	DELETED_ROW(Effect.WRITES, "SELECT id, name FROM item",
			"DELETE FROM `shop`.`item` WHERE `shop`.`item`.`id`<=>'1'") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = updatable(connection, server);
					ResultSet rows = statement.executeQuery("SELECT id, name FROM item")) {
				rows.next();
				rows.deleteRow();
			}
		}

	},

	/**
	 * {@code Blob.setBytes}, where the driver is told to leave contents on the server.
	 */
	WRITTEN_BLOB(Effect.WRITES, "SELECT id, 'data' AS data FROM item",
			"UPDATE `shop`.`item` SET `data` = INSERT(`data`, 1, 1, x'01') WHERE `id` = '1'",
			"SELECT LENGTH(`data`) FROM `shop`.`item` WHERE `id` = '1'") {

		@Override
		String properties() {
			return "emulateLocators=true";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.answer("SELECT id, 'data' AS data FROM item",
					Answer.columns("id", "data").row("1", "data").table("item"));
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("SELECT id, 'data' AS data FROM item")) {
				rows.next();
				rows.getBlob(2).setBytes(1, new byte[] { 1 });
			}
		}

	},

	/**
	 * A batch is sent as one text of several statements.
	 */
	BATCH_AS_ONE_TEXT(Effect.WRITES, "SELECT @@session.transaction_read_only", "COM_SET_OPTION on",
			"SELECT @@session.transaction_read_only", "UPDATE item SET q = 1 WHERE id = 1",
			"UPDATE item SET q = 1 WHERE id = 2", "UPDATE item SET q = 1 WHERE id = 3",
			"UPDATE item SET q = 1 WHERE id = 4", "COM_SET_OPTION off") {

		@Override
		String properties() {
			return "rewriteBatchedStatements=true";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			batch(connection);
		}

	},

	/**
	 * A deadlock (20701) does not stop a batch.
	 */
	BATCH_AFTER_A_DEADLOCK(Effect.LOSES, "SELECT @@session.transaction_read_only", "UPDATE item SET q = 1 WHERE id = 1",
			"UPDATE item SET q = 1 WHERE id = 2", "UPDATE item SET q = 1 WHERE id = 3",
			"UPDATE item SET q = 1 WHERE id = 4") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.failOnce("UPDATE item SET q = 1 WHERE id = 2", 20701);
			batch(connection);
		}

	},

	/**
	 * Neither does a lock that was waited for too long (1205).
	 */
	BATCH_AFTER_A_LOCK_TIMEOUT(Effect.LOSES, "SELECT @@session.transaction_read_only",
			"UPDATE item SET q = 1 WHERE id = 1", "UPDATE item SET q = 1 WHERE id = 2",
			"UPDATE item SET q = 1 WHERE id = 3", "UPDATE item SET q = 1 WHERE id = 4") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.failOnce("UPDATE item SET q = 1 WHERE id = 2", 1205);
			batch(connection);
		}

	},

	/**
	 * The error of a later row hides the deadlock: the driver reports the last one.
	 */
	BATCH_WITH_A_HIDDEN_DEADLOCK(Effect.LOSES, "SELECT @@session.transaction_read_only",
			"UPDATE item SET q = 1 WHERE id = 1", "UPDATE item SET q = 1 WHERE id = 2",
			"UPDATE item SET q = 1 WHERE id = 3", "UPDATE item SET q = 1 WHERE id = 4") {

		@Override
		void provoke(Connection connection, WireServer server) {
			server.failOnce("UPDATE item SET q = 1 WHERE id = 2", 20701);
			server.failOnce("UPDATE item SET q = 1 WHERE id = 4", 1062);
			try {
				batch(connection);
			}
			catch (SQLException ex) {
				// As an application does that expects duplicates.
			}
		}

	},

	/**
	 * The same with texts.
	 */
	BATCH_OF_TEXTS_AFTER_A_DEADLOCK(Effect.LOSES, "SELECT @@session.transaction_read_only",
			"UPDATE item SET q = 1 WHERE id = 1", "UPDATE item SET q = 1 WHERE id = 2",
			"UPDATE item SET q = 1 WHERE id = 3") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.failOnce("UPDATE item SET q = 1 WHERE id = 2", 20701);
			try (Statement statement = connection.createStatement()) {
				for (int i = 1; i <= 3; i++) {
					statement.addBatch("UPDATE item SET q = 1 WHERE id = " + i);
				}
				statement.executeBatch();
			}
		}

	},

	/**
	 * The same with a statement that is prepared on the server.
	 */
	BATCH_ON_THE_SERVER_AFTER_A_DEADLOCK(Effect.LOSES, "UPDATE item SET q = 1 WHERE id = ?",
			"SELECT @@session.transaction_read_only", "SELECT @@session.transaction_read_only",
			"UPDATE item SET q = 1 WHERE id = 1", "UPDATE item SET q = 1 WHERE id = 2",
			"UPDATE item SET q = 1 WHERE id = 3", "UPDATE item SET q = 1 WHERE id = 4") {

		@Override
		String properties() {
			return "useServerPrepStmts=true";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.failOnce("UPDATE item SET q = 1 WHERE id = 2", 20701);
			batch(connection);
		}

	},

	/**
	 * A statement has failed, the connection is cut: the driver makes another one.
	 */
	RECONNECTION(Effect.LOSES, "INSERT INTO item VALUES (101)", "SET character_set_results = NULL", "SET autocommit=1",
			"SET autocommit=1", "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", "USE `shop`",
			"SET SESSION TRANSACTION READ WRITE", "INSERT INTO item VALUES (100)") {

		@Override
		String properties() {
			return "autoReconnect=true&initialTimeout=1&maxReconnects=1";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			server.failOnce("INSERT INTO item VALUES (101)", 1062);
			try {
				execute(connection, "INSERT INTO item VALUES (101)");
			}
			catch (SQLException ex) {
				server.cutAll();
			}
			execute(connection, "INSERT INTO item VALUES (100)");
		}

	},

	/**
	 * A statement's own time limit, or its cancellation: on a connection of its own.
	 */
	CANCELLED_QUERY(Effect.KEEPS, "SELECT id FROM item", "KILL QUERY 1") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			HeldStatement held = server.holdOnce("SELECT id FROM item");
			try (Statement statement = connection.createStatement()) {
				CompletableFuture<Void> cancellation = CompletableFuture.runAsync(() -> cancel(statement, held));
				try {
					read(statement.executeQuery("SELECT id FROM item"));
				}
				finally {
					cancellation.join();
				}
			}
		}

	},

	/**
	 * The driver asks the session.
	 */
	QUESTIONS(Effect.KEEPS, "SELECT @@session.transaction_read_only", "SELECT @@session.transaction_isolation",
			"SELECT USER()") {

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			JdbcConnection driver = connection.unwrap(JdbcConnection.class);
			driver.isReadOnly();
			driver.getTransactionIsolation();
			driver.isValid(1);
			try (Statement statement = connection.createStatement()) {
				read(statement.executeQuery("/* ping */ SELECT 1"));
			}
			driver.getMetaData().getUserName();
		}

	},

	/**
	 * The driver explains a slow query to its log.
	 */
	SLOW_QUERY(Effect.KEEPS, "SELECT id FROM item", "EXPLAIN SELECT id FROM item") {

		@Override
		String properties() {
			return "logSlowQueries=true&explainSlowQueries=true&autoSlowLog=false&slowQueryThresholdMillis=0"
					+ "&useNanosForElapsedTime=true&slowQueryThresholdNanos=1&logger=com.mysql.cj.log.NullLogger";
		}

		@Override
		void provoke(Connection connection, WireServer server) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				read(statement.executeQuery("SELECT id FROM item"));
			}
		}

	};

	private final Effect effect;

	private final List<String> sent;

	DriverStatement(Effect effect, String... sent) {
		this.effect = effect;
		this.sent = List.of(sent);
	}

	/**
	 * Do what has to be done before the transaction.
	 */
	void prepare(Connection connection) throws SQLException {
	}

	/**
	 * Do what makes the driver send the statement.
	 */
	abstract void provoke(Connection connection, WireServer server) throws Exception;

	Effect effect() {
		return this.effect;
	}

	/**
	 * Return the properties of the URL without which it is not sent.
	 */
	String properties() {
		return "";
	}

	/**
	 * Return what arrives, the application's own statements included, questions to the
	 * catalog and pings left out.
	 */
	List<String> sent() {
		return this.sent;
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private static void read(ResultSet rows) throws SQLException {
		try (rows) {
			while (rows.next()) {
				rows.getString(1);
			}
		}
	}

	private static void cancel(Statement statement, HeldStatement held) {
		try {
			held.awaitArrival();
			statement.cancel();
		}
		catch (InterruptedException | SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Statement updatable(Connection connection, WireServer server) throws SQLException {
		server.answer("SELECT id, name FROM item", Answer.columns("id", "name").row("1", "a").table("item"));
		server.answer((sql) -> sql.contains("INFORMATION_SCHEMA.STATISTICS"),
				Answer.columns("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME", "KEY_SEQ", "PK_NAME")
					.row("shop", null, "item", "id", "1", "PRIMARY"));
		server.answer("SHOW KEYS FROM `item` FROM `shop`",
				Answer.columns("Table", "Key_name", "Seq_in_index", "Column_name").row("item", "PRIMARY", "1", "id"));
		server.answer((sql) -> sql.startsWith("SHOW DATABASES"), Answer.columns("Database").row("shop"));
		return connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
	}

	private static void batch(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("UPDATE item SET q = 1 WHERE id = ?")) {
			for (int i = 1; i <= 4; i++) {
				statement.setInt(1, i);
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

	/**
	 * What it does to a transaction of MatrixOne.
	 */
	enum Effect {

		/**
		 * Commits the transaction.
		 */
		COMMITS,

		/**
		 * Loses the transaction or a part of it.
		 */
		LOSES,

		/**
		 * Writes, though the application has not executed a statement.
		 */
		WRITES,

		/**
		 * Keeps the transaction.
		 */
		KEEPS

	}

}
