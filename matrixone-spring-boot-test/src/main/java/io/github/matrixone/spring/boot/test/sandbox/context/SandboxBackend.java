package io.github.matrixone.spring.boot.test.sandbox.context;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.jdbc.DelegatingBackend;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Refuses commands that name a database for which the sandbox stands. A server's commands
 * are refused as statements; the simulator carries them out on connections beneath the
 * sandboxes.
 */
final class SandboxBackend extends DelegatingBackend {

	private final ForbiddenNames names;

	/**
	 * Create a backend.
	 * @param target carries the commands out
	 * @param names refuses statements
	 */
	SandboxBackend(MatrixOneBackend target, ForbiddenNames names) {
		super(target);
		this.names = names;
	}

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		refuse(command);
		return super.execute(connection, command);
	}

	@Override
	public @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		refuse(command);
		return super.execute(connection, command, secondsLeft);
	}

	private void refuse(Command command) {
		command.statements().forEach((statement) -> this.names.refuse(statement.sql()));
	}

	@Override
	public String tableAt(TableName table, AsOf asOf) {
		this.names.refuse("SELECT * FROM " + table.quoted());
		return super.tableAt(table, asOf);
	}

}
