package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.RestoreActions;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.pitr.PitrQuery.PitrNow;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * Central implementation of {@link PitrOperations}. Thread-safe.
 *
 * @since 0.1
 */
public class PitrTemplate implements PitrOperations {

	private static final Log logger = LogFactory.getLog(PitrTemplate.class);

	private final CommandExecutor executor;

	private final SnapshotOperations snapshots;

	private final RestoreActions afterRestore;

	/**
	 * Create a template.
	 * @param executor runs the commands
	 * @param snapshots takes the snapshots before restores
	 * @param afterRestore what to do after each restore, such as clearing caches
	 */
	public PitrTemplate(CommandExecutor executor, SnapshotOperations snapshots, List<Runnable> afterRestore) {
		Assert.notNull(executor, "The executor must not be null");
		Assert.notNull(snapshots, "The snapshots must not be null");
		this.executor = executor;
		this.snapshots = snapshots;
		this.afterRestore = new RestoreActions(afterRestore);
	}

	@Override
	public AfterCommit<Pitr> create(PitrName name, SnapshotScope scope, PitrRange range) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(scope, "The scope must not be null");
		Assert.notNull(range, "The range must not be null");
		this.executor.backend().requirePitrs();
		CreatePitr command = new CreatePitr(name, qualified(scope), range);
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction != null && !transaction.awaits(DropPitr.of(name)) && exists(name)) {
			throw command.alreadyExists();
		}
		return change(transaction, name, command);
	}

	@Override
	public AfterCommit<Pitr> alter(PitrName name, PitrRange range) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(range, "The range must not be null");
		this.executor.backend().requirePitrs();
		CurrentTransaction transaction = this.executor.currentTransaction();
		return change(transaction, name, new AlterPitr(name, range, meant(transaction, name)));
	}

	@Override
	public void drop(PitrName name) {
		Assert.notNull(name, "The name must not be null");
		this.executor.backend().requirePitrs();
		CurrentTransaction transaction = this.executor.currentTransaction();
		drop(transaction, new DropPitr(name, false, meant(transaction, name)));
	}

	@Override
	public boolean dropIfExists(PitrName name) {
		Assert.notNull(name, "The name must not be null");
		this.executor.backend().requirePitrs();
		CurrentTransaction transaction = this.executor.currentTransaction();
		if (transaction == null) {
			return dropNow(name);
		}
		Optional<Pitr> pitr = find(name);
		drop(transaction, new DropPitr(name, true, pitr.map(Pitr::createdAt).orElse(null)));
		return pitr.isPresent();
	}

	@Override
	public Optional<Pitr> find(PitrName name) {
		return query(PitrQuery.byName(name), PitrQuery::find);
	}

	@Override
	public Pitr get(PitrName name) {
		return query(PitrQuery.byName(name), PitrQuery::get);
	}

	@Override
	public List<Pitr> list() {
		return query(PitrQuery.all(), PitrQuery::read);
	}

	@Override
	public RecoveryWindow recoveryWindow(PitrName name) {
		return now(name).window();
	}

	@Override
	public void check(PitrName name, Instant instant) {
		Assert.notNull(name, "The name must not be null");
		Assert.notNull(instant, "The instant must not be null");
		now(name).require(null, instant);
		localTime(instant);
	}

	@Override
	public PitrRestore restoreAccount(PitrName pitr, Instant instant) {
		Assert.notNull(pitr, "The PITR must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return restore(pitr, instant, RestorePitr::accountOf);
	}

	@Override
	public PitrRestore restoreDatabase(DatabaseName database, PitrName pitr, Instant instant) {
		Assert.notNull(database, "The database must not be null");
		Assert.notNull(pitr, "The PITR must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return restore(pitr, instant, (found) -> SnapshotScope.database(database));
	}

	@Override
	public PitrRestore restoreTable(TableName table, PitrName pitr, Instant instant) {
		Assert.notNull(table, "The table must not be null");
		Assert.notNull(pitr, "The PITR must not be null");
		Assert.notNull(instant, "The instant must not be null");
		return restore(pitr, instant, (found) -> SnapshotScope.table(this.executor.qualified(table)));
	}

	private PitrRestore restore(PitrName name, Instant instant, Function<Pitr, SnapshotScope> scopeOf) {
		this.executor.backend().requirePitrs();
		if (this.executor.currentTransaction() != null) {
			throw RestorePitr.refusedInTransaction(name);
		}
		PitrNow found = now(name);
		SnapshotScope scope = scopeOf.apply(found.pitr());
		found.require(scope, instant);
		RestorePitr command = new RestorePitr(scope, name, localTime(instant));
		for (Precondition precondition : RestorePitr.referenced(scope)) {
			if (!this.executor.query(precondition.query()).isEmpty()) {
				throw precondition.otherwise().get();
			}
		}
		Snapshot before = snapshotBefore(found, scope);
		try {
			this.executor.join(command);
		}
		catch (DataAccessException ex) {
			logger.warn(RestorePitr.failed(scope, before), ex);
			this.afterRestore.runAfter(ex);
			throw ex;
		}
		this.afterRestore.run();
		PitrRestore restore = new PitrRestore(scope, instant, before, get(name));
		if (!restore.isStillKept()) {
			logger.warn(RestorePitr.noLongerKept(restore));
		}
		return restore;
	}

	private @Nullable Snapshot snapshotBefore(PitrNow found, SnapshotScope scope) {
		try {
			return this.snapshots.create(PitrRestore.snapshotName(found.now()), scope);
		}
		catch (DatabaseNotFoundException | TableNotFoundException ex) {
			logger.debug("There is nothing to take a snapshot of before restoring " + scope, ex);
			return null;
		}
	}

	private ServerLocalTime localTime(Instant instant) {
		return ServerLocalTime.read(instant, this.executor.query(ServerLocalTime.query(instant)));
	}

	private PitrNow now(PitrName name) {
		return query(PitrQuery.byName(name), PitrQuery::getNow);
	}

	private <T> T query(PitrQuery query, BiFunction<PitrQuery, Rows, T> reader) {
		this.executor.backend().requirePitrs();
		return reader.apply(query, this.executor.query(query.statement()));
	}

	/**
	 * Return when the PITR was made that a command in a transaction means.
	 */
	private @Nullable Instant meant(@Nullable CurrentTransaction transaction, PitrName name) {
		return (transaction != null && !transaction.awaits(CreatePitr.of(name))) ? get(name).createdAt() : null;
	}

	private AfterCommit<Pitr> change(@Nullable CurrentTransaction transaction, PitrName name,
			JournaledCommand command) {
		PitrQuery query = PitrQuery.byName(name);
		SqlText statement = query.statement();
		return this.executor.afterCommit(transaction, command, (own) -> {
			own.execute(command);
			try {
				return query.get(own.query(statement));
			}
			catch (DataAccessException ex) {
				throw query.lookUpFailed(ex);
			}
		}, (own) -> query.get(own.query(statement)));
	}

	private boolean dropNow(PitrName name) {
		try {
			this.executor.join(new DropPitr(name, false, null));
			return true;
		}
		catch (PitrNotFoundException ex) {
			return false;
		}
	}

	private void drop(@Nullable CurrentTransaction transaction, DropPitr command) {
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
