package io.github.matrixone.spring.boot.test.sandbox.context;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * Refuses commands that name a database for which the sandbox stands. A server's commands
 * are refused as statements; the simulator carries them out on connections beneath the
 * sandboxes.
 *
 * @param target carries the commands out
 * @param names refuses statements
 */
record SandboxBackend(MatrixOneBackend target, ForbiddenNames names) implements MatrixOneBackend {

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		return execute(connection, command, () -> 0);
	}

	@Override
	public @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		command.statements().forEach((statement) -> this.names.refuse(statement.sql()));
		return this.target.execute(connection, command, secondsLeft);
	}

	@Override
	public String tableAt(TableName table, AsOf asOf) {
		this.names.refuse("SELECT * FROM " + table.quoted());
		return this.target.tableAt(table, asOf);
	}

	@Override
	public void requireBranches() {
		this.target.requireBranches();
	}

	@Override
	public void requirePast() {
		this.target.requirePast();
	}

	@Override
	public void requirePitrs() {
		this.target.requirePitrs();
	}

	@Override
	public String description() {
		return this.target.description();
	}

}
