package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * A driver that looks for another one beneath, as p6spy's does.
 */
class DriverOfDriversTests {

	private static final String URL = "jdbc:other:there";

	private final Driver other = mock();

	@BeforeEach
	void setUp() throws SQLException {
		given(this.other.acceptsURL(URL)).willReturn(true);
		DriverManager.registerDriver(this.other);
	}

	@AfterEach
	void tearDown() throws SQLException {
		DriverManager.deregisterDriver(this.other);
	}

	@Test
	void doesNotFindThisOneForTheUrlOfAnother() throws SQLException {
		MatrixOneDriver registered = new MatrixOneDriver();
		assertThat(Spy.accepts(registered, URL)).isFalse();
		assertThat(Spy.accepts(registered, "jdbc:matrixone://there")).isTrue();
		assertThat(Spy.connect(registered, URL)).isNull();
		assertThat(registered.acceptsURL(URL)).as("as a pool asks that was given the name of this one").isTrue();
	}

	private abstract static class Spy implements Driver {

		static boolean accepts(Driver registered, String url) throws SQLException {
			return registered.acceptsURL(url);
		}

		static Connection connect(Driver registered, String url) throws SQLException {
			return registered.connect(url, new Properties());
		}

	}

}
