package io.github.matrixone.spring.contract.slices;

import org.springframework.test.context.TestPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;

@EnabledIfServer
@TestPropertySource(properties = "spring.datasource.url=jdbc:tc:contractserver:4.2.0:///contract_container_url")
class ContainerUrlSliceTests extends ContainerSliceContract {

	ContainerUrlSliceTests() {
		super("contract_container_url");
	}

}
