package io.github.matrixone.spring.transaction;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.transaction.Journal.Entry;

/**
 * What one transaction has to do with the {@link Journal}: which entries it writes, and
 * how it takes them up after its commit. Sends nothing itself: whoever owns the
 * transaction does, blocking or not.
 *
 * @since 0.1
 */
public final class TransactionJournal {

	/**
	 * How long to wait for the entry of a command beside the transaction. It waits where
	 * another transaction has an entry for the same.
	 */
	public static final Duration ENTRY_TIMEOUT = Duration.ofSeconds(5);

	private final Journal journal;

	private final String transaction = UUID.randomUUID().toString();

	private int position;

	private boolean lockAsked;

	private long lockAskedAt;

	private @Nullable Set<String> open;

	/**
	 * Create what a transaction has to do with a journal.
	 * @param journal the journal
	 */
	public TransactionJournal(Journal journal) {
		this.journal = journal;
	}

	/**
	 * Make the entry of a command that is carried out beside the transaction.
	 * @param command the command
	 * @return the entry
	 */
	public Entry unlessCommitted(UndoableCommand command) {
		return this.journal.unlessCommitted(command);
	}

	/**
	 * Make the entry of the next command that is to be carried out after the commit.
	 * @param command the command
	 * @return the entry
	 */
	public Entry onceCommitted(JournaledCommand command) {
		return this.journal.onceCommitted(this.transaction, this.position++, command);
	}

	/**
	 * Refuse to go on where the transaction could not remove the entry of what was
	 * carried out beside it.
	 * @param removed how many rows it has removed
	 * @param command what was carried out, and gives the exception to throw if the entry
	 * was not there any more
	 */
	public void requireRemoved(long removed, UndoableCommand command) {
		if (removed == 0) {
			throw command.takenAway("The transaction has taken so long that its " + command.description()
					+ " was taken for one of a process that has died, and removed again. Roll back and try the whole "
					+ "transaction again");
		}
	}

	/**
	 * Return whether the entries were taken up.
	 * @return whether their commands can be carried out
	 */
	public boolean isTakenUp() {
		return this.open != null;
	}

	/**
	 * Return the query that sees to it that no recovery takes the entries up.
	 * @return the query, to be answered to {@link #locked}
	 */
	public SqlText lock() {
		if (!this.lockAsked) {
			this.lockAsked = true;
			this.lockAskedAt = System.nanoTime();
		}
		return namedLock().take();
	}

	/**
	 * Take the answer to {@link #lock}.
	 * @param answer the answer
	 * @return whether the lock is taken. If it is not, another process has it: ask again
	 * after {@link NamedLock#PAUSE}
	 * @throws TransientDataAccessResourceException if another process has had the lock
	 * for too long
	 */
	public boolean locked(Rows answer) {
		boolean locked = NamedLock.isTaken(answer);
		Duration timeout = this.journal.lockTimeout();
		if (!locked && System.nanoTime() - this.lockAskedAt >= timeout.toNanos()) {
			this.lockAsked = false;
			throw new TransientDataAccessResourceException("What is to follow the commit is being done from the "
					+ "journal by another process, which has not ended within " + timeout.toSeconds() + " seconds");
		}
		return locked;
	}

	/**
	 * Return the query for the entries that are still open.
	 * @return the query, to be answered to {@link #takenUp}
	 */
	public SqlText entries() {
		return this.journal.entriesOf(this.transaction);
	}

	/**
	 * Take the answer to {@link #entries}.
	 * @param answer the answer
	 */
	public void takenUp(Rows answer) {
		this.open = answer.values()
			.stream()
			.map((row) -> Objects.requireNonNull(row.get(0)))
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return whether another process has carried a command out, after the entries were
	 * taken up.
	 * @param entry the entry of the command
	 * @return whether it has
	 */
	public boolean isDone(Entry entry) {
		return this.open != null && !this.open.contains(entry.id());
	}

	/**
	 * Return the query that gives the lock back. What is left of the entries has to be
	 * taken up anew after it.
	 * @return the query, or empty if there is no lock
	 */
	public Optional<SqlText> release() {
		boolean asked = this.lockAsked;
		this.lockAsked = false;
		this.open = null;
		return asked ? Optional.of(namedLock().release()) : Optional.empty();
	}

	private NamedLock namedLock() {
		return new NamedLock(this.journal.lockOf(this.transaction));
	}

}
