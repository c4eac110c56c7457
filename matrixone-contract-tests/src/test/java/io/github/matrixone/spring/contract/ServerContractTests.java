package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Nested;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The contract on a MatrixOne server.
 */
@EnabledIfServer
@SpringBootTest(classes = ContractApplication.class)
class ServerContractTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract?createDatabaseIfNotExist=true");
	}

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

	@Nested
	class Locks extends LockContract {

	}

	@Nested
	class Turns extends TurnContract {

	}

	@Nested
	class ServerOnly extends ServerOnlyContract {

	}

	@Nested
	class ServerFacts extends ServerFactsContract {

	}

}
