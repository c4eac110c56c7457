package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Nested;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The contract on a MatrixOne server.
 */
@EnabledIfServer
class ServerContractTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		MatrixOneServer.get().register(registry, "contract?createDatabaseIfNotExist=true");
	}

	@Nested
	class Snapshots extends SnapshotContract {

	}

	@Nested
	class Clones extends CloneContract {

	}

	@Nested
	class Restores extends RestoreContract {

	}

	@Nested
	class Controls extends ControlContract {

	}

	@Nested
	class Transactions extends TransactionContract {

	}

	@Nested
	class Refusals extends RefusalContract {

	}

	@Nested
	class Names extends NameContract {

	}

	@Nested
	class Observability extends ObservabilityContract {

	}

	@Nested
	class Scenarios extends ScenarioContract {

	}

	@Nested
	class Locks extends LockContract {

	}

	@Nested
	class ServerFacts extends ServerFactsContract {

	}

}
