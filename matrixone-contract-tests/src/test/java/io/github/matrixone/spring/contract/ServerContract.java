package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.function.Consumer;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Base of the contract that needs a server, beneath or beside the application.
 */
abstract class ServerContract extends Contract {

	static final String ACCOUNT = "ct_account";

	static Connection raw() throws SQLException {
		ServerUnderTest server = ServerUnderTest.get();
		return DriverManager.getConnection(server.url() + "contract", server.username(), server.password());
	}

	void inAccount(Consumer<JdbcTemplate> test) {
		this.sql.execute("DROP ACCOUNT IF EXISTS " + ACCOUNT);
		this.sql.execute("CREATE ACCOUNT " + ACCOUNT + " ADMIN_NAME 'admin' IDENTIFIED BY '111'");
		ServerUnderTest server = ServerUnderTest.get();
		SingleConnectionDataSource account = new SingleConnectionDataSource(server.url(), ACCOUNT + ":admin", "111",
				true);
		try {
			test.accept(new JdbcTemplate(account));
		}
		finally {
			account.destroy();
			this.sql.execute("DROP ACCOUNT IF EXISTS " + ACCOUNT);
		}
	}

}
