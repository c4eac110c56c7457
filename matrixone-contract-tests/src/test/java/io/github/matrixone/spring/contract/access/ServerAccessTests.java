package io.github.matrixone.spring.contract.access;

import org.junit.jupiter.api.Nested;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

@EnabledIfServer
class ServerAccessTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract_access?createDatabaseIfNotExist=true");
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
