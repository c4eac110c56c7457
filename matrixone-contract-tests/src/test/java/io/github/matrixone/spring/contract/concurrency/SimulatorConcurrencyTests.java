package io.github.matrixone.spring.contract.concurrency;

import org.junit.jupiter.api.Nested;

class SimulatorConcurrencyTests {

	@Nested
	class Queries extends ConcurrentQueriesContract {

	}

	@Nested
	@EnabledIfVirtualThreads
	class VirtualThreads extends VirtualThreadContract {

	}

}
