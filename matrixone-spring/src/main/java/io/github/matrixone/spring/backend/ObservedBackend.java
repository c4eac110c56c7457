package io.github.matrixone.spring.backend;

import java.sql.Connection;
import java.sql.SQLException;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Observes each command as {@code matrixone.command}, with its kind as the
 * low-cardinality key {@code command} and its statement as the high-cardinality key
 * {@code db.query.text}. Statements of commands hold names, never passwords or rows.
 * Thread-safe.
 *
 * @since 0.1
 */
public class ObservedBackend implements MatrixOneBackend {

	private final MatrixOneBackend backend;

	private final ObservationRegistry registry;

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
	 * Create the observation of a command, not yet started.
	 * @param command the command
	 * @param registry where it goes
	 * @return the observation
	 */
	public static Observation observation(Command command, ObservationRegistry registry) {
		return Observation.createNotStarted("matrixone.command", registry)
			.contextualName("matrixone " + command.getClass().getSimpleName())
			.lowCardinalityKeyValue("command", command.getClass().getSimpleName())
			.highCardinalityKeyValue("db.query.text", command.statements().get(0).sql());
	}

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		Observation observation = observation(command, this.registry).start();
		Observation.Scope scope = observation.openScope();
		try {
			return this.backend.execute(connection, command);
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
	public String description() {
		return this.backend.description();
	}

}
