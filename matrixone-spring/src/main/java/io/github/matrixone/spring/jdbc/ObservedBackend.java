package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.IntSupplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CommandObservation;
import io.github.matrixone.spring.command.CommandObservationConvention;

/**
 * Observes each command as a {@link CommandObservation}. Thread-safe once configured.
 *
 * @since 0.1
 */
public class ObservedBackend extends DelegatingBackend {

	private final ObservationRegistry registry;

	private @Nullable CommandObservationConvention convention;

	/**
	 * Create an observed backend.
	 * @param backend carries the commands out
	 * @param registry where observations go
	 */
	public ObservedBackend(MatrixOneBackend backend, ObservationRegistry registry) {
		super(backend);
		this.registry = registry;
	}

	/**
	 * Set what names the observations.
	 * @param convention the convention, or {@code null} for the registry's or else the
	 * default one
	 */
	public void setObservationConvention(@Nullable CommandObservationConvention convention) {
		this.convention = convention;
	}

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		return observed(command, () -> super.execute(connection, command));
	}

	@Override
	public @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		return observed(command, () -> super.execute(connection, command, secondsLeft));
	}

	private @Nullable String observed(Command command, Execution execution) throws SQLException {
		Observation observation = CommandObservation.of(this.convention, command, this.registry).start();
		Observation.Scope scope = observation.openScope();
		try {
			return execution.run();
		}
		catch (SQLException | RuntimeException ex) {
			observation.error(ex);
			throw ex;
		}
		finally {
			scope.close();
			observation.stop();
		}
	}

	/**
	 * Carries a command out.
	 */
	@FunctionalInterface
	private interface Execution {

		@Nullable String run() throws SQLException;

	}

}
