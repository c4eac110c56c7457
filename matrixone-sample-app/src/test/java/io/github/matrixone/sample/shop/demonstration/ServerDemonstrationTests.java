package io.github.matrixone.sample.shop.demonstration;

import java.sql.SQLException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.sample.shop.ServerDatabase;

/**
 * The demonstration on a MatrixOne server.
 */
@ActiveProfiles("matrixone")
@EnabledIfEnvironmentVariable(named = "MATRIXONE_URL", matches = ".+")
class ServerDemonstrationTests extends DemonstrationBehaviour {

	private static final ServerDatabase DATABASE = new ServerDatabase();

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		DATABASE.register(registry);
	}

	@AfterAll
	static void dropDatabase() throws SQLException {
		DATABASE.drop();
	}

}
