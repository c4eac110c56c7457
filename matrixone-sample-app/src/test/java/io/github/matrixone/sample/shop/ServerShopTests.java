package io.github.matrixone.sample.shop;

import java.sql.SQLException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The shop on a MatrixOne server.
 */
@ActiveProfiles("matrixone")
@EnabledIfEnvironmentVariable(named = "MATRIXONE_URL", matches = ".+")
class ServerShopTests {

	private static final ServerDatabase DATABASE = new ServerDatabase();

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		DATABASE.register(registry);
	}

	@AfterAll
	static void dropDatabase() throws SQLException {
		DATABASE.drop();
	}

	@Nested
	class Orders extends OrderBehaviour {

	}

	@Nested
	class ProductImports extends ProductImportBehaviour {

	}

	@Nested
	class Migrations extends MigrationBehaviour {

	}

	@Nested
	class Backups extends BackupBehaviour {

	}

	@Nested
	class DevelopmentEnvironments extends DevelopmentEnvironmentBehaviour {

	}

	@Nested
	class Reports extends ReportBehaviour {

	}

	@Nested
	class PriceReviews extends PriceReviewBehaviour {

	}

	@Nested
	class ImportRescues extends ImportRescueBehaviour {

	}

	@Nested
	class Endpoints extends EndpointBehaviour {

	}

}
