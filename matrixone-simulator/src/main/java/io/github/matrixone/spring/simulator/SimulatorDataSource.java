package io.github.matrixone.spring.simulator;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnections;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.StatementRules;

/**
 * A {@link MatrixOneDataSource} on H2.
 */
final class SimulatorDataSource extends MatrixOneDataSource {

	private final DataSource connections;

	SimulatorDataSource(DataSource h2, DataSource connections, OwnConnections ownConnections) {
		super(h2, new SimulatorConnections(ownConnections));
		this.connections = connections;
	}

	@Override
	protected DataSource obtainTargetDataSource() {
		return this.connections;
	}

	/**
	 * Makes connections of H2 those of MatrixOne.
	 */
	private static final class SimulatorConnections extends MatrixOneConnections {

		private final OwnConnections ownConnections;

		private final StatementRules rules = StatementRules.forServer().and(new SimulatorRules());

		SimulatorConnections(OwnConnections ownConnections) {
			this.ownConnections = ownConnections;
			setAdjustDriver(false);
			setReadCommitted(true);
			setSerializeLockUpgrades(false);
		}

		@Override
		protected boolean isMatrixOne(Connection connection) throws SQLException {
			this.ownConnections.prepare(connection);
			return true;
		}

		@Override
		protected @Nullable DatabaseName currentDatabase(Connection connection) throws SQLException {
			String schema = connection.getSchema();
			return StringUtils.hasText(schema) ? DatabaseName.of(schema) : null;
		}

		@Override
		protected StatementRules statementRules() {
			return this.rules;
		}

	}

}
