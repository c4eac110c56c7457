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
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Observes each command as a {@link CommandObservation}. Thread-safe once configured.
 *
 * @since 0.1
 */
public class ObservedBackend implements MatrixOneBackend {

	private final MatrixOneBackend backend;

	private final ObservationRegistry registry;

	private @Nullable CommandObservationConvention convention;

	/**
	 * Create an observed backend.
	 * @param backend carries the commands out
	 * @param registry where observations go
	 */
	public ObservedBackend(MatrixOneBackend backend, ObservationRegistry registry) {
		this.backend = backend;
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
		return execute(connection, command, () -> 0);
	}

	@Override
	public @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		Observation observation = CommandObservation.of(this.convention, command, this.registry).start();
		Observation.Scope scope = observation.openScope();
		try {
			return this.backend.execute(connection, command, secondsLeft);
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

	@Override
	public String tableAt(TableName table, AsOf asOf) {
		return this.backend.tableAt(table, asOf);
	}

	@Override
	public void requireBranches() {
		this.backend.requireBranches();
	}

	@Override
	public void requirePast() {
		this.backend.requirePast();
	}

	@Override
	public void requirePitrs() {
		this.backend.requirePitrs();
	}

	@Override
	public String description() {
		return this.backend.description();
	}

}
