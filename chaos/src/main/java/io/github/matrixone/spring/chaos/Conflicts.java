package io.github.matrixone.spring.chaos;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.retry.RetryOnConflict;

/**
 * Transactions that get into each other's way.
 */
public class Conflicts {

	private final JdbcTemplate jdbc;

	private final AtomicLong attempts = new AtomicLong();

	Conflicts(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Transfer without an order of locks: with another one in the opposite direction it
	 * is a deadlock.
	 * @param unit what to transfer
	 */
	@RetryOnConflict
	@Transactional
	public void transferAsItComes(Unit unit) {
		this.attempts.incrementAndGet();
		this.jdbc.update("INSERT INTO ledger (id, source, target, amount) VALUES (?, ?, ?, ?)", unit.id(),
				unit.source(), unit.target(), unit.amount());
		this.jdbc.update("UPDATE account SET balance = balance - ? WHERE id = ?", unit.amount(), unit.source());
		this.jdbc.update("UPDATE account SET balance = balance + ? WHERE id = ?", unit.amount(), unit.target());
	}

	/**
	 * Return how often a transfer was tried.
	 * @return the number of attempts
	 */
	public long attempts() {
		return this.attempts.get();
	}

	/**
	 * Write a row with a foreign key, and change the row that it references.
	 * @param id the id of the row
	 * @param owner the id of the row that it references
	 */
	@RetryOnConflict
	@Transactional
	public void visit(long id, int owner) {
		this.jdbc.update("INSERT INTO visit (id, owner_id) VALUES (?, ?)", id, owner);
		this.jdbc.update("UPDATE owner SET visits = visits + 1 WHERE id = ?", owner);
	}

	/**
	 * Wait longer than the transaction may.
	 * @param unit what to write
	 */
	@Transactional(timeout = 1)
	public void takeTooLong(Unit unit) {
		this.jdbc.update("INSERT INTO ledger (id, source, target, amount) VALUES (?, ?, ?, ?)", unit.id(),
				unit.source(), unit.target(), unit.amount());
		this.jdbc.queryForList("SELECT sleep(3)");
	}

}
