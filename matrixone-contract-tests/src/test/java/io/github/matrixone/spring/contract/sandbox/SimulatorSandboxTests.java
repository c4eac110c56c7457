package io.github.matrixone.spring.contract.sandbox;

import java.sql.Connection;
import java.sql.SQLException;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "spring.sql.init.schema-locations=classpath:sandbox/sequence-simulator.sql")
class SimulatorSandboxTests extends SandboxContract {

	@Override
	String databaseOf(Connection connection) throws SQLException {
		return connection.getSchema();
	}

	@Override
	String origin() {
		return "contract";
	}

	@Override
	void use(Connection connection, String database) throws SQLException {
		connection.setSchema(database);
	}

}
