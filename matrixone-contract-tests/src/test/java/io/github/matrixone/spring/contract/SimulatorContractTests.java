package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Nested;

/**
 * The contract on the simulator.
 */
class SimulatorContractTests {

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

}
