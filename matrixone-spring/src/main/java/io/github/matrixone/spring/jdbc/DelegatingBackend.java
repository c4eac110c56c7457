package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * {@link MatrixOneBackend} that leaves all to another one, for subclasses that do
 * something besides.
 *
 * @since 0.1
 */
public class DelegatingBackend implements MatrixOneBackend {

	private final MatrixOneBackend target;

	/**
	 * Create a backend.
	 * @param target carries the commands out
	 */
	public DelegatingBackend(MatrixOneBackend target) {
		Assert.notNull(target, "The target must not be null");
		this.target = target;
	}

	/**
	 * Return what carries the commands out.
	 * @return the target
	 */
	public MatrixOneBackend target() {
		return this.target;
	}

	@Override
	public @Nullable String execute(Connection connection, Command command) throws SQLException {
		return this.target.execute(connection, command);
	}

	@Override
	public @Nullable String execute(Connection connection, Command command, IntSupplier secondsLeft)
			throws SQLException {
		return this.target.execute(connection, command, secondsLeft);
	}

	@Override
	public String tableAt(TableName table, AsOf asOf) {
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
