package io.github.matrixone.sample.shop;

import org.junit.jupiter.api.Nested;

/**
 * The shop on the simulator.
 */
class SimulatorShopTests {

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
	class WhatNeedsAServer extends ServerNeeded {

	}

	@Nested
	class Endpoints extends EndpointBehaviour {

	}

}
