package io.github.matrixone.spring.contract.concurrency;

import org.junit.jupiter.api.Nested;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

@EnabledIfServer
class ServerConcurrencyTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract_virtual?createDatabaseIfNotExist=true");
	}

	@Nested
	class Queries extends ConcurrentQueriesContract {

	}

	@Nested
	@EnabledIfVirtualThreads
	class VirtualThreads extends VirtualThreadContract {

	}

}
