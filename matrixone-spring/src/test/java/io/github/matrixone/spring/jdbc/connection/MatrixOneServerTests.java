package io.github.matrixone.spring.jdbc.connection;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MatrixOneServerTests {

	@Test
	void saysHowToRunWithoutAServer() throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:other")) {
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> MatrixOneServer.require(connection))
				.withMessageContaining("the connection leads to H2")
				.withMessageContaining("remove the URL")
				.withMessageContaining("add matrixone-simulator");
		}
	}

}
