package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Nested;
import org.springframework.boot.test.context.SpringBootTest;

/**
 * The contract on a MatrixOne server, with the reactive operations on R2DBC.
 */
@EnabledIfServer
@SpringBootTest(classes = ReactiveContractApplication.class)
class ReactiveServerContractTests {

	@Nested
	class Snapshots extends SnapshotContract {

	}

	@Nested
	class Retentions extends RetentionContract {

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
	class ServerOnly extends ServerOnlyContract {

	}

}
