package io.github.matrixone.spring.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.command.UndoableCommand.Made;
import io.github.matrixone.spring.transaction.AfterTransaction;
import io.github.matrixone.spring.transaction.NamedLock;
import io.github.matrixone.spring.transaction.OwnConnections;
import io.github.matrixone.spring.transaction.OwnConnections.OwnConnection;
import io.github.matrixone.spring.transaction.TransactionJournal;

/**
 * Does what processes that have died have left in the journal: takes back what was made
 * beside transactions that were rolled back, such as a snapshot, and carries out, in
 * their order, the commands that were to follow transactions that were committed.
 *
 * <p>
 * Can run in several processes at the same time, beside transactions that are alive. A
 * thing is taken back only after its entry was taken away from its transaction, by which
 * a commit of that transaction cannot keep it any more; this waits for the row lock that
 * the transaction holds, for a second, and is tried again the next time. The commands of
 * a committed transaction are carried out under a named lock, and so is a thing taken
 * back. What fails is left for a later run, and what comes after it is not.
 *
 * @since 0.1
 */
public class JournalRecovery {

	private static final Log logger = LogFactory.getLog(JournalRecovery.class);

	/**
	 * The longest time between an entry and what was made: what is younger was made by
	 * somebody else. It has to do for the wait for the entry, for the way to the server,
	 * and for a clock that was behind.
	 */
	private static final Duration MADE_WITHIN = TransactionJournal.ENTRY_TIMEOUT.plusSeconds(10);

	/**
	 * By how much the clock of a compute node may have been ahead.
	 */
	private static final Duration CLOCK_AHEAD = Duration.ofMinutes(1);

	private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

	/**
	 * After what time a run meets no more of a kind, and leaves the rest to the next.
	 */
	private static final Duration LONGEST_RUN = Duration.ofMinutes(1);

	private final OwnConnections sessions;

	private final JournalTable journal;

	private final LongSupplier nanoTime;

	private final KnownCommands commands;

	private final Backlog made = new Backlog();

	private final Backlog transactions = new Backlog();

	private Duration gracePeriod = Duration.ofMinutes(1);

	private Duration failureRetention = Duration.ofDays(7);

	private volatile Result lastResult = new Result(0, 0, 0);

	/**
	 * Create a recovery.
	 * @param sessions the executor, blocking or reactive; the recovery blocks
	 * @param journal the journal
	 */
	public JournalRecovery(OwnConnections sessions, JournalTable journal) {
		this(sessions, journal, System::nanoTime);
	}

	JournalRecovery(OwnConnections sessions, JournalTable journal, LongSupplier nanoTime) {
		this(sessions, journal, nanoTime, new KnownCommands());
	}

	JournalRecovery(OwnConnections sessions, JournalTable journal, LongSupplier nanoTime, KnownCommands commands) {
		Assert.notNull(sessions, "The sessions must not be null");
		Assert.notNull(journal, "The journal must not be null");
		this.sessions = sessions;
		this.journal = journal;
		this.nanoTime = nanoTime;
		this.commands = commands;
	}

	/**
	 * Set how old entries must be, so that those of transactions that are under way are
	 * left alone; one minute by default. A transaction loses nothing by an age that is
	 * too low, except that what it makes beside it may be refused.
	 * @param gracePeriod the age
	 */
	public void setGracePeriod(Duration gracePeriod) {
		this.gracePeriod = gracePeriod;
	}

	/**
	 * Set for how long entries are kept that can never be carried out; seven days by
	 * default.
	 * @param failureRetention how long
	 */
	public void setFailureRetention(Duration failureRetention) {
		this.failureRetention = failureRetention;
	}

	/**
	 * Return what the last run has found.
	 * @return the result
	 */
	public Result lastResult() {
		return this.lastResult;
	}

	/**
	 * Do what is left in the journal, at most a hundred things and a hundred transactions
	 * at once. The next run goes on where this one has stopped.
	 * @return what was found
	 */
	public Result recover() {
		this.sessions.onOwnConnection((session) -> {
			long voided = session.update(this.journal.removeVoid(), Duration.ZERO);
			if (voided > 0) {
				logger.info("Removed " + voided + " entries of the journal that came with a clone or a restore of it");
			}
			session.update(this.journal.removeFailed(this.failureRetention), Duration.ZERO);
		});
		int done = meet(this.made, (offset) -> this.journal.madeBeside(this.gracePeriod, offset),
				this.journal::lockOfMade, this::takeBack)
				+ meet(this.transactions, (offset) -> this.journal.committed(this.gracePeriod, offset),
						(transaction) -> new NamedLock(this.journal.lockOf(transaction)), this::carryOutAll);
		Rows count = query(this.journal.count());
		Result result = new Result(done, number(count, "entries"), number(count, "failures"));
		this.lastResult = result;
		return result;
	}

	/**
	 * Meet what is left of one kind, from where the last run has stopped.
	 * @return how many entries were carried out
	 */
	private int meet(Backlog backlog, IntFunction<SqlText> query, Function<String, NamedLock> lock, Work work) {
		long begun = this.nanoTime.getAsLong();
		backlog.begin();
		Rows left = query(query.apply(backlog.offset()));
		if (left.isEmpty() && backlog.offset() > 0) {
			backlog.restart();
			left = query(query.apply(0));
		}
		int count = left.values().size();
		int done = 0;
		int met = 0;
		while (met < count && (met == 0 || this.nanoTime.getAsLong() - begun < LONGEST_RUN.toNanos())) {
			Left next = new Left(text(left, met, "id"), Long.parseLong(text(left, met, "since")));
			met++;
			Outcome outcome = backlog.isDue(next.key()) ? attempt(next, lock, work) : Outcome.BUSY;
			done += outcome.done();
			if (outcome.failed()) {
				backlog.failed(next.key());
			}
			if (outcome.left()) {
				backlog.left();
			}
			else {
				backlog.gone(next.key());
			}
		}
		if (met == count && count < JournalTable.BATCH) {
			backlog.restart();
		}
		return done;
	}

	/**
	 * Do something for an entry or a transaction on a connection of its own, so that the
	 * failure of one does no harm to the next.
	 */
	private Outcome attempt(Left left, Function<String, NamedLock> lock, Work work) {
		AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.FAILED);
		try {
			this.sessions
				.onOwnConnection((session) -> outcome.set(underLock(session, left, lock.apply(left.id()), work)));
			return Objects.requireNonNull(outcome.get());
		}
		catch (RuntimeException ex) {
			logger.warn("What the journal holds for " + left.id() + " could not be looked at, and is tried again", ex);
			return Outcome.FAILED;
		}
	}

	private static Outcome underLock(OwnConnection session, Left left, NamedLock lock, Work work) {
		boolean locked = true;
		try {
			locked = NamedLock.isTaken(session.query(lock.take()));
			return locked ? work.carryOut(session, left) : Outcome.BUSY;
		}
		finally {
			if (locked) {
				release(session, lock);
			}
		}
	}

	private static void release(OwnConnection session, NamedLock lock) {
		try {
			session.query(lock.release());
		}
		catch (RuntimeException ex) {
			logger.debug("A named lock could not be given back; it goes with its connection", ex);
		}
	}

	private Outcome takeBack(OwnConnection session, Left entry) {
		try {
			session.update(this.journal.claim(entry.id(), entry.since()), LOCK_WAIT);
		}
		catch (QueryTimeoutException ex) {
			logger.debug("The transaction of the " + entry.id() + " has not ended", ex);
			return Outcome.FAILED;
		}
		Optional<String> command = session.query(this.journal.claimed(entry.id(), entry.since())).first();
		return command.isEmpty() ? Outcome.GONE
				: carryOut(session, entry.id(), (reason) -> this.journal.failedMade(entry.id(), reason),
						() -> takeBack(session, entry, this.commands.readUndoable(command.get())));
	}

	private void takeBack(OwnConnection session, Left entry, UndoableCommand command) {
		Made made = command.made(session.query(command.lookUp())).orElse(null);
		if (made == null) {
			logger.info("The " + command.description() + " of a transaction that was rolled back is not there");
		}
		else if (!isMadeBy(session, entry, made)) {
			logger.warn("The " + command.description() + " of a transaction that was rolled back is left as it is: it "
					+ "is " + made.description() + ", which seems to be somebody else's");
		}
		else {
			session.execute(made.undo());
			logger.info("Dropped the " + command.description() + " of a transaction that was rolled back");
		}
	}

	/**
	 * Return whether what is there was made for an entry, and not by somebody else with
	 * the same name. The entry has its time from the clock of a compute node, what was
	 * made from the one that the server orders transactions by. Where the first was
	 * ahead, it seems to be older than its entry; then the table, as it was at that time,
	 * tells which was first.
	 */
	private boolean isMadeBy(OwnConnection session, Left entry, Made made) {
		Duration after = Duration.between(entry.time(), made.at());
		return made.alike() && after.compareTo(MADE_WITHIN) <= 0 && (!after.isNegative()
				|| (after.compareTo(CLOCK_AHEAD.negated()) >= 0 && wasThere(session, entry, made.at())));
	}

	private boolean wasThere(OwnConnection session, Left entry, Instant instant) {
		try {
			return !session.query(this.journal.entryAt(entry.id(), entry.since(), instant)).isEmpty();
		}
		catch (RuntimeException ex) {
			if (!AfterTransaction.isFinal(ex)) {
				throw ex;
			}
			logger.debug("The journal cannot be read as it was at " + instant, ex);
			return false;
		}
	}

	private Outcome carryOutAll(OwnConnection session, Left transaction) {
		Rows entries = session.query(this.journal.entriesOf(transaction.id()));
		int done = 0;
		for (int row = 0; row < entries.values().size(); row++) {
			String command = text(entries, row, "command");
			Outcome outcome = carryOut(session, text(entries, row, "entry_id"),
					(reason) -> this.journal.failed(transaction.id(), reason),
					() -> finish(session, this.commands.read(command)));
			if (outcome != Outcome.DONE) {
				return outcome.after(done);
			}
			done++;
		}
		return Outcome.GONE.after(done);
	}

	private void finish(OwnConnection session, JournaledCommand command) {
		SqlText stillDue = command.stillDue();
		boolean done = stillDue != null && session.query(stillDue).isEmpty();
		try {
			if (!done) {
				session.execute(command);
				logger.info("Made up for the " + command.description() + " after a commit");
			}
		}
		catch (DataAccessException ex) {
			done = command.isDoneBefore(ex);
			if (!done) {
				throw ex;
			}
		}
		if (done) {
			logger.info("The " + command.description() + " after a commit was done already");
		}
	}

	/**
	 * Carry out what an entry is for.
	 * @param failed makes the statement that keeps why it can never be done
	 */
	private Outcome carryOut(OwnConnection session, String entry, Function<String, SqlText> failed, Runnable work) {
		try {
			work.run();
			session.update(this.journal.removeClaimed(entry), Duration.ZERO);
			return Outcome.DONE;
		}
		catch (RuntimeException ex) {
			if (AfterTransaction.isFinal(ex)) {
				logger.error(
						"The journal's entry " + entry + " can never be carried out. It is left to you, with what was "
								+ "to follow it in its transaction",
						ex);
				session.update(failed.apply(String.valueOf(ex.getMessage())), Duration.ZERO);
				return Outcome.GONE;
			}
			logger.warn("The journal's entry " + entry + " could not be carried out, and is tried again", ex);
			return Outcome.FAILED;
		}
	}

	private Rows query(SqlText query) {
		AtomicReference<Rows> rows = new AtomicReference<>(Rows.NONE);
		this.sessions.onOwnConnection((session) -> rows.set(session.query(query)));
		return Objects.requireNonNull(rows.get());
	}

	private static int number(Rows rows, String column) {
		return Integer.parseInt(text(rows, 0, column));
	}

	private static String text(Rows rows, int row, String column) {
		return Objects.requireNonNull(rows.get(row, column));
	}

	/**
	 * What a run has found.
	 *
	 * @param done how many entries it has carried out
	 * @param entries how many are left, with those of transactions that are under way
	 * @param failures how many of these can never be carried out
	 */
	public record Result(int done, int entries, int failures) {
	}

	/**
	 * What is left in the journal: what was made beside a transaction, or a committed
	 * one.
	 *
	 * @param id identifies it
	 * @param since microseconds of the server's clock
	 */
	private record Left(String id, long since) {

		/**
		 * Return what tells it from a later one with the same id.
		 */
		String key() {
			return this.id + ' ' + this.since;
		}

		Instant time() {
			return Instant.EPOCH.plusNanos(TimeUnit.MICROSECONDS.toNanos(this.since));
		}

	}

	/**
	 * What became of something that was left.
	 *
	 * @param done how many entries were carried out
	 * @param left whether there is something to do yet
	 * @param failed whether that is because something has failed
	 */
	private record Outcome(int done, boolean left, boolean failed) {

		static final Outcome DONE = new Outcome(1, false, false);

		/** It is not there any more, or can never be carried out. */
		static final Outcome GONE = new Outcome(0, false, false);

		/** Another process is at it, or it is not due. */
		static final Outcome BUSY = new Outcome(0, true, false);

		static final Outcome FAILED = new Outcome(0, true, true);

		Outcome after(int done) {
			return new Outcome(this.done + done, this.left, this.failed);
		}

	}

	/**
	 * Does something under the named lock.
	 */
	@FunctionalInterface
	private interface Work {

		Outcome carryOut(OwnConnection session, Left left);

	}

}
