package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.control.ControlCommand;
import io.github.matrixone.spring.control.ControlCommand.Method;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for control commands on the simulator.
 */
class ControlTests extends AbstractSimulatorTests {

	@Test
	void answersAsTheServerDoes() throws SQLException {
		this.controls.flushTable(ITEM);
		this.controls.checkpoint();
		this.controls.globalCheckpoint();
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(this.simulator.backend().execute(connection, new ControlCommand(Method.FLUSH, ITEM)))
				.isEqualTo("{\"method\":\"Flush\",\"result\":[{\"returnStr\":\"OK\"}]}");
		}
	}

	@Test
	void saysThatATableIsMissing() {
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.controls.flushTable(TableName.of("missing")));
	}

	@Test
	void doesNotEndATransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			this.controls.flushTable(ITEM);
			this.controls.checkpoint();
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

}
