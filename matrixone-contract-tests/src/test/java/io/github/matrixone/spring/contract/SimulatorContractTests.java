package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Nested;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The contract on the simulator.
 */
@SpringBootTest(classes = ContractApplication.class)
class SimulatorContractTests {

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
	class JpaTransactions extends TransactionContract {

	}

	@Nested
	class JdbcTransactions extends TransactionContract {

		@Override
		PlatformTransactionManager transactionManager() {
			return this.sqlTransactionManager;
		}

	}

	@Nested
	class OtherManagersWithinJpa extends AnotherManagerContract {

	}

	@Nested
	class OtherManagersWithinJdbc extends AnotherManagerContract {

		@Override
		PlatformTransactionManager transactionManager() {
			return this.sqlTransactionManager;
		}

	}

	@Nested
	class Jpa extends JpaContract {

	}

	@Nested
	class Jdbc extends JdbcContract {

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
