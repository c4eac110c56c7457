package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * A driver that looks for another one beneath, as p6spy's does.
 */
class DriverOfDriversTests {

	private static final String URL = "jdbc:other:there";

	private final Other other = new Other();

	@BeforeEach
	void setUp() throws SQLException {
		DriverManager.registerDriver(this.other);
	}

	@AfterEach
	void tearDown() throws SQLException {
		DriverManager.deregisterDriver(this.other);
	}

	@Test
	void doesNotFindThisOneForTheUrlOfAnother() throws SQLException {
		MatrixOneDriver registered = new MatrixOneDriver();
		assertThat(new Spy().accepts(registered, URL)).isFalse();
		assertThat(new Spy().accepts(registered, "jdbc:matrixone://there")).isTrue();
		assertThat(new Spy().connect(registered, URL)).isNull();
		assertThat(registered.acceptsURL(URL)).as("as a pool asks that was given the name of this one").isTrue();
	}

	private static class Other implements Driver {

		@Override
		public Connection connect(String url, Properties info) {
			return mock();
		}

		@Override
		public boolean acceptsURL(String url) {
			return url.startsWith("jdbc:other:");
		}

		@Override
		public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
			return List.<DriverPropertyInfo>of().toArray(new DriverPropertyInfo[0]);
		}

		@Override
		public int getMajorVersion() {
			return 1;
		}

		@Override
		public int getMinorVersion() {
			return 0;
		}

		@Override
		public boolean jdbcCompliant() {
			return false;
		}

		@Override
		public Logger getParentLogger() {
			return Logger.getGlobal();
		}

	}

	private static final class Spy extends Other {

		boolean accepts(Driver registered, String url) throws SQLException {
			return registered.acceptsURL(url);
		}

		Connection connect(Driver registered, String url) throws SQLException {
			return registered.connect(url, new Properties());
		}

	}

}
