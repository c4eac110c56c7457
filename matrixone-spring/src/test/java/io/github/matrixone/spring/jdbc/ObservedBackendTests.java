package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.clone.CloneTable;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class ObservedBackendTests {

	private final List<String> asked = new ArrayList<>();

	private final ObservedBackend backend = new ObservedBackend(new ServerBackend() {

		@Override
		public String execute(Connection connection, Command command) {
			ObservedBackendTests.this.asked.add("without a limit");
			return "x";
		}

		@Override
		public String execute(Connection connection, Command command, IntSupplier secondsLeft) {
			ObservedBackendTests.this.asked.add("with a limit");
			return "y";
		}

	}, ObservationRegistry.NOOP);

	@Test
	void asksForWhatItIsAskedFor() throws SQLException {
		Command command = new CloneTable(TableName.of("shop", "item"), TableName.of("copy", "item"), null, false, null);
		Connection connection = mock();
		assertThat(this.backend.execute(connection, command)).isEqualTo("x");
		assertThat(this.backend.execute(connection, command, () -> 1)).isEqualTo("y");
		assertThat(this.asked).containsExactly("without a limit", "with a limit");
	}

}
