package io.github.matrixone.spring.contract.access;

import org.junit.jupiter.api.Nested;

class SimulatorAccessTests {

	@Nested
	class DataJdbc extends DataJdbcContract {

	}

	@Nested
	class Jooq extends JooqContract {

	}

	@Nested
	class MyBatis extends MyBatisContract {

	}

}
