package io.github.matrixone.spring.contract.slices;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;

import io.github.matrixone.spring.boot.test.container.MatrixOneContainer;
import io.github.matrixone.spring.contract.EnabledIfServer;

@EnabledIfServer
class ServiceConnectionSliceTests extends ContainerSliceContract {

	ServiceConnectionSliceTests() {
		super("contract_container_connection");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Containers {

		@Bean
		@ServiceConnection
		MatrixOneContainer matrixOne() {
			return new ServerContainer("matrixorigin/matrixone:4.2.0")
				.withDatabaseName("contract_container_connection");
		}

	}

}
