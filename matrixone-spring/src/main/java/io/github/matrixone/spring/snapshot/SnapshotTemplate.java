package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Central implementation of {@link SnapshotOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class SnapshotTemplate implements SnapshotOperations {

	private final CommandExecutor executor;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 */
	public SnapshotTemplate(CommandExecutor executor) {
		Assert.notNull(executor, "The executor must not be null");
		this.executor = executor;
	}

	@Override
	public Snapshot create(SnapshotName name, SnapshotScope scope, SnapshotOptions options) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(scope, "The scope must not be null");
		Assert.notNull(options, "The options must not be null");
		CreateSnapshot command = new CreateSnapshot(name, qualified(scope));
		CurrentTransaction transaction = this.executor.currentTransaction();
		Command awaited = awaited(transaction, name);
		if (awaited instanceof DropSnapshot) {
			throw DropSnapshot.awaited(name);
		}
		if (awaited != null) {
			throw command.awaited();
		}
		if (options.isIfNotExists()) {
			Optional<Snapshot> existing = find(name);
			if (existing.isPresent()) {
				return existing.get();
			}
		}
		if (transaction == null) {
			try {
				this.executor.join(command);
			}
			catch (SnapshotAlreadyExistsException ex) {
				// Somebody else was faster.
				return Optional.of(options)
					.filter(SnapshotOptions::isIfNotExists)
					.flatMap((asked) -> find(name))
					.orElseThrow(() -> ex);
			}
			return taken(name, () -> get(name));
		}
		Consumer<Command> undo = transaction.beside(command,
				(activity) -> command.requireNothingWritten(activity, options));
		Snapshot taken = get(name);
		undo.accept(command.undo(taken));
		return taken;
	}

	@Override
	public AfterCommit<Snapshot> createAfterCommit(SnapshotName name, SnapshotScope scope) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(scope, "The scope must not be null");
		CreateSnapshot command = new CreateSnapshot(name, qualified(scope));
		CurrentTransaction transaction = this.executor.currentTransaction();
		Command awaited = awaited(transaction, name);
		if (awaited instanceof CreateSnapshot) {
			throw command.awaited();
		}
		if (transaction != null && awaited == null && exists(name)) {
			throw command.alreadyExists();
		}
		SnapshotQuery query = SnapshotQuery.byName(name);
		return this.executor.afterCommit(transaction, command, (own) -> {
			own.execute(command);
			return taken(name, () -> query.get(own.query(query.statement())));
		}, (own) -> query.get(own.query(query.statement())));
	}

	@Override
	public Optional<Snapshot> find(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		SnapshotQuery query = SnapshotQuery.byName(name);
		return query.find(this.executor.query(query.statement()));
	}

	@Override
	public Snapshot get(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		SnapshotQuery query = SnapshotQuery.byName(name);
		return query.get(this.executor.query(query.statement()));
	}

	@Override
	public List<Snapshot> list(SnapshotFilter filter) {
		Assert.notNull(filter, "The filter must not be null");
		SnapshotQuery query = SnapshotQuery.all();
		return query.read(this.executor.query(query.statement())).stream().filter(filter::matches).toList();
	}

	@Override
	public void drop(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		CurrentTransaction transaction = this.executor.currentTransaction();
		Instant takenAt = null;
		if (transaction != null && !transaction.awaits(CreateSnapshot.of(name))) {
			takenAt = get(name).createdAt();
		}
		drop(transaction, new DropSnapshot(name, false, takenAt));
	}

	@Override
	public boolean dropIfExists(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction == null) {
			return dropNow(name);
		}
		Optional<Snapshot> snapshot = find(name);
		drop(transaction, new DropSnapshot(name, true, snapshot.map(Snapshot::createdAt).orElse(null)));
		return snapshot.isPresent();
	}

	@Override
	public String tableAt(TableName table, SnapshotName snapshot) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(snapshot, "The snapshot must not be null");
		TableName qualified = this.executor.qualified(table);
		get(snapshot).requireHolds(qualified);
		return this.executor.backend().tableAt(qualified, AsOf.snapshot(snapshot));
	}

	@Override
	public String tableAt(TableName table, Instant instant) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(instant, "The instant must not be null");
		AsOf asOf = AsOf.instant(instant);
		return this.executor.backend().tableAt(this.executor.qualified(table), asOf);
	}

	/**
	 * Return the last command that waits for the commit and gives or takes a name.
	 */
	private static @Nullable Command awaited(@Nullable CurrentTransaction transaction, SnapshotName name) {
		return (transaction != null) ? transaction.lastAwaited(CreateSnapshot.of(name).or(DropSnapshot.of(name)))
				: null;
	}

	private boolean dropNow(SnapshotName name) {
		try {
			this.executor.join(new DropSnapshot(name, false));
			return true;
		}
		catch (SnapshotNotFoundException ex) {
			return false;
		}
	}

	private static Snapshot taken(SnapshotName name, Supplier<Snapshot> lookUp) {
		try {
			return lookUp.get();
		}
		catch (DataAccessException ex) {
			throw CreateSnapshot.lookUpFailed(name, ex);
		}
	}

	private void drop(@Nullable CurrentTransaction transaction, DropSnapshot command) {
		if (transaction == null) {
			this.executor.join(command);
		}
		else {
			this.executor.afterCommit(transaction, command, (own) -> {
				own.execute(command);
				return true;
			}, (own) -> true);
		}
	}

	private SnapshotScope qualified(SnapshotScope scope) {
		TableName table = scope.tableName();
		return (table != null) ? SnapshotScope.table(this.executor.qualified(table)) : scope;
	}

}
