package io.github.matrixone.spring.contract.slices;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledIfServer
class ServerDataJpaSliceTests extends DataJpaSliceTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract_slices?createDatabaseIfNotExist=true");
	}

	@Autowired
	MatrixOneBackend backend;

	@Test
	void theServerIsNotReplaced() {
		assertThat(this.backend).isInstanceOf(ServerBackend.class);
	}

}
