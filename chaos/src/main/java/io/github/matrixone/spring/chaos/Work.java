package io.github.matrixone.spring.chaos;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.support.TransactionOperations;

import io.github.matrixone.spring.chaos.Unit.Kind;
import io.github.matrixone.spring.chaos.Unit.Outcome;
import io.github.matrixone.spring.chaos.Unit.Report;
import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;

/**
 * What an application does: transfers between accounts, each with a row in the ledger,
 * some with clones and snapshots, and what it is told of each. Thread-safe.
 */
final class Work {

	private static final AtomicLong ids = new AtomicLong();

	private final JdbcTemplate jdbc;

	private final TransactionOperations transaction;

	private final TransactionOperations readOnly;

	private final Commands commands;

	Work(JdbcTemplate jdbc, TransactionOperations transaction, TransactionOperations readOnly, Commands commands) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.readOnly = readOnly;
		this.commands = commands;
	}

	/**
	 * Make a unit on any accounts but the first two.
	 */
	static Unit unit(Kind kind) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		int source = random.nextInt(2, TestServer.ACCOUNTS);
		int target = (source + 1 < TestServer.ACCOUNTS) ? source + 1 : 2;
		return new Unit(ids.incrementAndGet(), kind, source, target, random.nextInt(1, 100));
	}

	Report run(Unit unit) {
		return run(unit, () -> this.transaction.executeWithoutResult((status) -> transfer(unit)));
	}

	Report run(Unit unit, Runnable action) {
		try {
			action.run();
			return report(unit, Outcome.ACKNOWLEDGED, "");
		}
		catch (RuntimeException ex) {
			return report(unit, outcome(ex), NestedExceptionUtils.getMostSpecificCause(ex) + " <- " + ex);
		}
	}

	/**
	 * Return the sum of all balances, which transfers do not change.
	 */
	long sum() {
		AtomicLong sum = new AtomicLong();
		this.readOnly.executeWithoutResult((status) -> this.jdbc.query("SELECT sum(balance) FROM account",
				(RowCallbackHandler) (row) -> sum.set(row.getLong(1))));
		return sum.get();
	}

	static Outcome outcome(Throwable ex) {
		boolean afterCommit = has(ex, AfterCommitException.class);
		boolean unknown = has(ex, CommitOutcomeUnknownException.class)
				|| has(ex, CommitOutcomeUnknownSQLException.class);
		if (afterCommit) {
			return unknown ? Outcome.WORK_AFTER_COMMIT_UNKNOWN : Outcome.WORK_AFTER_COMMIT_FAILED;
		}
		return unknown ? Outcome.UNKNOWN : Outcome.FAILED;
	}

	static Report report(Unit unit, Outcome outcome, String error) {
		return new Report(unit, outcome, error, System.nanoTime());
	}

	private void transfer(Unit unit) {
		Kind kind = unit.kind();
		if (kind.hasSnapshotNow()) {
			this.commands.createSnapshot(unit.snapshotNow());
		}
		this.jdbc.update("INSERT INTO ledger (id, source, target, amount) VALUES (?, ?, ?, ?)", unit.id(),
				unit.source(), unit.target(), unit.amount());
		boolean inOrder = unit.source() < unit.target();
		book(inOrder ? unit.source() : unit.target(), inOrder ? -unit.amount() : unit.amount());
		book(inOrder ? unit.target() : unit.source(), inOrder ? unit.amount() : -unit.amount());
		if (kind.isCloned()) {
			this.commands.cloneLedger(unit.cloneName(), kind.hasSnapshotNow() ? unit.snapshotNow() : null);
		}
		if (kind.hasSnapshotAfterCommit()) {
			this.commands.createSnapshotAfterCommit(unit.snapshotAfterCommit());
		}
		if (kind.isRolledBack()) {
			throw new IllegalStateException("Rolled back on purpose");
		}
	}

	private void book(int account, long amount) {
		this.jdbc.update("UPDATE account SET balance = balance + ? WHERE id = ?", amount, account);
	}

	private static boolean has(Throwable ex, Class<? extends Throwable> type) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return true;
			}
		}
		return false;
	}

}
