package io.github.matrixone.spring.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.Assert;

import io.github.matrixone.spring.backend.Command;
import io.github.matrixone.spring.backend.Rows;
import io.github.matrixone.spring.backend.SqlText;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotQuery;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.transaction.CommandSessions;
import io.github.matrixone.spring.transaction.CommandSessions.CommandSession;
import io.github.matrixone.spring.transaction.FollowUp;

/**
 * Does what processes that have died have left in the journal: drops the snapshots of
 * transactions that were rolled back, and carries out, in their order, the commands that
 * were to follow transactions that were committed.
 *
 * <p>
 * Can run in several processes at the same time, beside transactions that are alive. A
 * snapshot is dropped only after its entry was taken away from its transaction, by which
 * a commit of that transaction cannot keep it any more; this waits for the row lock that
 * the transaction holds, for a second, and is tried again the next time. The commands of
 * a committed transaction are carried out under a named lock.
 *
 * @since 0.1
 */
public class JournalRecovery {

	private static final Log logger = LogFactory.getLog(JournalRecovery.class);

	/**
	 * The longest time between an entry and its snapshot: one that is younger was taken
	 * by somebody else.
	 */
	private static final Duration SNAPSHOT_WITHIN = Duration.ofMinutes(1);

	private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

	private final CommandSessions sessions;

	private final JournalTable journal;

	private Duration gracePeriod = Duration.ofMinutes(1);

	private Duration failureRetention = Duration.ofDays(7);

	private volatile Result lastResult = new Result(0, 0, 0);

	/**
	 * Create a recovery.
	 * @param sessions the executor, blocking or reactive; the recovery blocks
	 * @param journal the journal
	 */
	public JournalRecovery(CommandSessions sessions, JournalTable journal) {
		Assert.notNull(sessions, "The sessions must not be null");
		Assert.notNull(journal, "The journal must not be null");
		this.sessions = sessions;
		this.journal = journal;
	}

	/**
	 * Set how old entries must be, so that those of transactions that are under way are
	 * left alone; one minute by default. A transaction loses nothing by an age that is
	 * too low, except that its snapshot may be refused.
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
	 * Do what is left in the journal, at most a hundred snapshots and a hundred
	 * transactions at once.
	 * @return what was found
	 */
	public Result recover() {
		this.sessions.inSession((session) -> {
			long voided = session.update(this.journal.removeVoid(), Duration.ZERO);
			if (voided > 0) {
				logger.info("Removed " + voided + " entries of the journal that came with a clone or a restore of it");
			}
			session.update(this.journal.removeFailed(this.failureRetention), Duration.ZERO);
			int done = dropSnapshots(session) + carryOutCommands(session);
			Rows count = session.query(this.journal.count());
			this.lastResult = new Result(done, number(count, "entries"), number(count, "failures"));
		});
		return this.lastResult;
	}

	private int dropSnapshots(CommandSession session) {
		Rows left = session.query(this.journal.madeBeside(this.gracePeriod));
		for (int row = 0; row < left.values().size(); row++) {
			claim(session, text(left, row, "entry_id"));
		}
		int done = 0;
		Rows claimed = session.query(this.journal.claimed());
		for (int row = 0; row < claimed.values().size(); row++) {
			String entry = text(claimed, row, "entry_id");
			Instant madeAfter = instant(Long.parseLong(text(claimed, row, "created_at")));
			String command = text(claimed, row, "command");
			done += carryOut(session, entry, entry, () -> takeBack(session, JournaledCommand.read(command), madeAfter))
					? 1 : 0;
		}
		return done;
	}

	private void claim(CommandSession session, String entry) {
		try {
			session.update(this.journal.claim(entry), LOCK_WAIT);
		}
		catch (QueryTimeoutException ex) {
			logger.debug("The transaction of the " + entry + " has not ended");
		}
	}

	private void takeBack(CommandSession session, Command command, Instant madeAfter) {
		CreateSnapshot create = (CreateSnapshot) command;
		Snapshot snapshot = find(session, create.name()).orElse(null);
		if (snapshot == null) {
			logger.info("The " + command.description() + " of a transaction that was rolled back is not there");
		}
		else if (snapshot.createdAt().isBefore(madeAfter)
				|| snapshot.createdAt().isAfter(madeAfter.plus(SNAPSHOT_WITHIN))) {
			logger.warn("The " + command.description() + " of a transaction that was rolled back is left as it is: it "
					+ "was taken at " + snapshot.createdAt() + ", by somebody else");
		}
		else {
			session.execute(create.undo());
			logger.info("Dropped the " + command.description() + " of a transaction that was rolled back");
		}
	}

	private int carryOutCommands(CommandSession session) {
		int done = 0;
		Rows left = session.query(this.journal.committed(this.gracePeriod));
		for (int row = 0; row < left.values().size(); row++) {
			String transaction = text(left, row, "transaction_id");
			String lock = this.journal.lockOf(transaction);
			if (locked(session, "SELECT GET_LOCK(?, 0)", lock)) {
				try {
					done += carryOutCommands(session, transaction);
				}
				finally {
					locked(session, "SELECT RELEASE_LOCK(?)", lock);
				}
			}
		}
		return done;
	}

	private int carryOutCommands(CommandSession session, String transaction) {
		Rows entries = session.query(this.journal.entriesOf(transaction));
		int done = 0;
		for (int row = 0; row < entries.values().size(); row++) {
			String command = text(entries, row, "command");
			if (!carryOut(session, transaction, text(entries, row, "entry_id"),
					() -> finish(session, JournaledCommand.read(command)))) {
				return done;
			}
			done++;
		}
		return done;
	}

	private void finish(CommandSession session, Command command) {
		if (command instanceof DropSnapshot drop && !isThere(session, drop)) {
			logger.info("The " + command.description() + " after a commit was done already");
			return;
		}
		try {
			session.execute(command);
			logger.info("Made up for the " + command.description() + " after a commit");
		}
		catch (SnapshotAlreadyExistsException | CloneTargetExistsException ex) {
			logger.info("The " + command.description() + " after a commit is there already");
		}
	}

	private boolean isThere(CommandSession session, DropSnapshot drop) {
		Optional<Snapshot> snapshot = find(session, drop.name());
		return snapshot.isPresent() && (drop.takenAt() == null || drop.takenAt().equals(snapshot.get().createdAt()));
	}

	/**
	 * Carry out what an entry is for.
	 * @return whether it is done, and what follows it may be
	 */
	private boolean carryOut(CommandSession session, String transaction, String entry, Runnable work) {
		try {
			work.run();
			session.update(this.journal.removeClaimed(entry), Duration.ZERO);
			return true;
		}
		catch (RuntimeException ex) {
			if (FollowUp.isFinal(ex)) {
				logger.error(
						"The journal's entry " + entry + " can never be carried out. It is left to you, with what was "
								+ "to follow it in its transaction",
						ex);
				session.update(this.journal.failed(transaction, String.valueOf(ex.getMessage())), Duration.ZERO);
			}
			else {
				logger.warn("The journal's entry " + entry + " could not be carried out, and is tried again", ex);
			}
			return false;
		}
	}

	private static Optional<Snapshot> find(CommandSession session, SnapshotName name) {
		SnapshotQuery query = SnapshotQuery.byName(name);
		return query.read(session.query(query.statement())).stream().findFirst();
	}

	private static boolean locked(CommandSession session, String sql, String lock) {
		return session.query(SqlText.of(sql, lock)).first().equals(Optional.of("1"));
	}

	private static Instant instant(long micros) {
		return Instant.EPOCH.plusNanos(TimeUnit.MICROSECONDS.toNanos(micros));
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

}
