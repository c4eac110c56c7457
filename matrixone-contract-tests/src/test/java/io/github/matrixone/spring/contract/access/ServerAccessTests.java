package io.github.matrixone.spring.contract.access;

import org.junit.jupiter.api.Nested;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.MatrixOneServer;

@EnabledIfServer
class ServerAccessTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		MatrixOneServer server = MatrixOneServer.get();
		registry.add("spring.datasource.url", () -> server.url() + "contract_access?createDatabaseIfNotExist=true");
		registry.add("spring.datasource.username", server::username);
		registry.add("spring.datasource.password", server::password);
	}

	@Nested
	class DataJdbc extends DataJdbcContract {

	}

	@Nested
	class Jooq extends JooqContract {

	}

	@Nested
	class MyBatis extends MyBatisContract {

	}

}
