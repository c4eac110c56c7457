package io.github.matrixone.spring.contract.sandbox;

import java.sql.Connection;
import java.sql.SQLException;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.MatrixOneServer;

@EnabledIfServer
@TestPropertySource(properties = "spring.sql.init.schema-locations=classpath:sandbox/sequence-server.sql")
class ServerSandboxTests extends SandboxContract {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		MatrixOneServer.get().register(registry, "contract_sandbox?createDatabaseIfNotExist=true");
	}

	@Override
	String databaseOf(Connection connection) throws SQLException {
		return connection.getCatalog();
	}

}
