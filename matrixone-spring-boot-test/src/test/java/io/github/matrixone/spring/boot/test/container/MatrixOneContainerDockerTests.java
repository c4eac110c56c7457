package io.github.matrixone.spring.boot.test.container;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledIf("isDockerAvailable")
class MatrixOneContainerDockerTests {

	@Test
	void theContainerAnswersInItsDatabase() throws Exception {
		try (MatrixOneContainer container = new MatrixOneContainer("matrixorigin/matrixone:4.2.0")
			.withDatabaseName("shop")) {
			container.start();
			try (Connection connection = container.createConnection("")) {
				answersInShop(connection);
			}
		}
	}

	@Test
	void aUrlStartsAContainer() throws Exception {
		try (Connection connection = DriverManager.getConnection("jdbc:tc:matrixone:4.2.0:///shop")) {
			answersInShop(connection);
		}
	}

	private static void answersInShop(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT version(), database()")) {
			assertThat(result.next()).isTrue();
			assertThat(result.getString(1)).contains("MatrixOne");
			assertThat(result.getString(2)).isEqualTo("shop");
		}
	}

	static boolean isDockerAvailable() {
		boolean available = DockerClientFactory.instance().isDockerAvailable();
		if (!available) {
			System.out.println("NOT RUN: MatrixOneContainer in Docker. Start Docker.");
		}
		return available;
	}

}
