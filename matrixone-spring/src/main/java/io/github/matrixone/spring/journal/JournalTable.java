package io.github.matrixone.spring.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.springframework.util.Assert;
import org.springframework.util.function.SingletonSupplier;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.Journal;
import io.github.matrixone.spring.transaction.NamedLock;

/**
 * {@link Journal} in a table. The table is that of the script {@value #SCHEMA}.
 *
 * <p>
 * Each entry names the identity that the server gave the table ({@code rel_id}). It
 * changes when the table is cloned or restored, together with its database or alone:
 * entries that came with a clone or a restore are void, since what they speak of has long
 * been done, or undone. Times are microseconds of the server's clock.
 *
 * @since 0.1
 */
public final class JournalTable implements Journal {

	/**
	 * Name of the table in the script.
	 */
	public static final String DEFAULT_NAME = "matrixone_journal";

	/**
	 * Where the script that creates the table is on the class path.
	 */
	public static final String SCHEMA = "io/github/matrixone/spring/journal/schema.sql";

	private static final String NOW = "timestampdiff(microsecond, '1970-01-01 00:00:00', utc_timestamp(6))";

	private static final String IDENTITY = "SELECT rel_id FROM mo_catalog.mo_tables WHERE reldatabase = ? "
			+ "AND relname = ? AND account_id = current_account_id()";

	/** How long the key of an entry may be. */
	private static final int LONGEST_ID = 200;

	/** The most entries, and the most transactions, that are looked at in one go. */
	static final int BATCH = 100;

	private final Supplier<TableName> table;

	/**
	 * Create a journal.
	 * @param table gives the table with its database, when it is first needed
	 */
	public JournalTable(Supplier<TableName> table) {
		Assert.notNull(table, "The table must not be null");
		this.table = SingletonSupplier.of(table);
	}

	@Override
	public void prepare() {
		table();
	}

	@Override
	public Entry unlessCommitted(UndoableCommand command) {
		String id = shortened(command.key());
		return entry(id, id, 0, Kind.UNLESS_COMMITTED, command);
	}

	@Override
	public Entry onceCommitted(String transaction, int position, JournaledCommand command) {
		return entry(transaction + ' ' + position, transaction, position, Kind.ONCE_COMMITTED, command);
	}

	@Override
	public SqlText entriesOf(String transaction) {
		return SqlText.of("SELECT entry_id, command FROM " + name() + " WHERE transaction_id = ? AND failure IS NULL"
				+ " ORDER BY position", transaction);
	}

	@Override
	public String lockOf(String transaction) {
		return "matrixone-journal:" + transaction;
	}

	/**
	 * Return the named lock that is held while something that was made beside a
	 * transaction is taken back. The name of that may be longer than that of a lock.
	 */
	NamedLock lockOfMade(String entry) {
		return new NamedLock(lockOf(UUID.nameUUIDFromBytes(entry.getBytes(StandardCharsets.UTF_8)).toString()));
	}

	/**
	 * Return a query for what was made beside transactions whose end is not known, or was
	 * claimed: {@code id} and {@code since}.
	 * @param age how old they must be
	 * @param offset how many to pass over
	 */
	SqlText madeBeside(Duration age, int offset) {
		return SqlText.of(
				"SELECT entry_id AS id, created_at AS since FROM " + name()
						+ " WHERE failure IS NULL AND (kind = ? OR (kind = ? AND created_at <= " + NOW + " - ?))"
						+ " ORDER BY created_at, entry_id LIMIT " + BATCH + " OFFSET " + offset,
				Kind.CLAIMED.name(), Kind.UNLESS_COMMITTED.name(), micros(age));
	}

	/**
	 * Return a query for committed transactions whose commands were not all carried out:
	 * {@code id} and {@code since}.
	 * @param age how old they must be
	 * @param offset how many to pass over
	 */
	SqlText committed(Duration age, int offset) {
		return SqlText.of("SELECT transaction_id AS id, min(created_at) AS since FROM " + name()
				+ " WHERE failure IS NULL AND created_at <= " + NOW + " - ? AND kind = ? GROUP BY transaction_id"
				+ " ORDER BY min(created_at), transaction_id LIMIT " + BATCH + " OFFSET " + offset, micros(age),
				Kind.ONCE_COMMITTED.name());
	}

	/**
	 * Return the statement that takes an entry for good away from the transaction that
	 * would remove it. Waits for that transaction if it is still there. Leaves a later
	 * entry for the same alone.
	 */
	SqlText claim(String entry, long since) {
		return SqlText.of("UPDATE " + name() + " SET kind = ? WHERE entry_id = ? AND kind = ? AND created_at = ?",
				Kind.CLAIMED.name(), entry, Kind.UNLESS_COMMITTED.name(), since);
	}

	/**
	 * Return a query for the {@code command} of an entry that was claimed.
	 */
	SqlText claimed(String entry, long since) {
		return SqlText.of(
				"SELECT command FROM " + name()
						+ " WHERE entry_id = ? AND kind = ? AND created_at = ? AND failure IS NULL",
				entry, Kind.CLAIMED.name(), since);
	}

	/**
	 * Return a query that gives a row if an entry was there at an instant of the clock
	 * that the server orders transactions by.
	 */
	SqlText entryAt(String entry, long since, Instant instant) {
		long nanoseconds = Math.addExact(TimeUnit.SECONDS.toNanos(instant.getEpochSecond()), instant.getNano());
		return SqlText.of(
				"SELECT 1 FROM " + name() + " {MO_TS = " + nanoseconds + "} WHERE entry_id = ? AND created_at = ?",
				entry, since);
	}

	SqlText remove(String entry) {
		return SqlText.of("DELETE FROM " + name() + " WHERE entry_id = ? AND kind <> ?", entry, Kind.CLAIMED.name());
	}

	SqlText removeClaimed(String entry) {
		return SqlText.of("DELETE FROM " + name() + " WHERE entry_id = ?", entry);
	}

	/**
	 * Return the statement that keeps why what is left of a transaction can never be
	 * carried out.
	 */
	SqlText failed(String transaction, String failure) {
		return SqlText.of("UPDATE " + name() + " SET failure = ? WHERE transaction_id = ? AND failure IS NULL", failure,
				transaction);
	}

	/**
	 * Return the statement that keeps why something that was made beside a transaction
	 * can never be taken back. It lets another transaction have an entry for the same.
	 */
	SqlText failedMade(String entry, String failure) {
		return SqlText.of("UPDATE " + name() + " SET failure = ?, entry_id = ? WHERE entry_id = ?", failure,
				UUID.randomUUID().toString(), entry);
	}

	/**
	 * Return the statement that removes entries that came with a clone or a restore of
	 * the table.
	 */
	SqlText removeVoid() {
		TableName table = table();
		return SqlText.of("DELETE FROM " + table.quoted() + " WHERE table_id <> (" + IDENTITY + ')',
				identityArguments(table));
	}

	/**
	 * Return the statement that removes entries that have failed a long time ago.
	 */
	SqlText removeFailed(Duration age) {
		return SqlText.of("DELETE FROM " + name() + " WHERE failure IS NOT NULL AND created_at <= " + NOW + " - ?",
				micros(age));
	}

	/**
	 * Return a query for the number of entries, and of those that have failed:
	 * {@code entries} and {@code failures}.
	 */
	SqlText count() {
		return SqlText.of("SELECT count(*) AS entries, count(failure) AS failures FROM " + name());
	}

	private static Object[] identityArguments(TableName table) {
		DatabaseName database = Objects.requireNonNull(table.database(), "The journal's database must be known");
		return new Object[] { database.normalized(), table.normalizedName() };
	}

	private Entry entry(String id, String transaction, int position, Kind kind, JournaledCommand command) {
		TableName table = table();
		Object[] identity = identityArguments(table);
		SqlText write = SqlText.of(
				"INSERT INTO " + table.quoted()
						+ " (entry_id, transaction_id, position, kind, command, table_id, created_at) "
						+ "SELECT ?, ?, ?, ?, ?, rel_id, " + NOW + IDENTITY.substring(IDENTITY.indexOf(" FROM ")),
				id, transaction, position, kind.name(), command.text().toString(), identity[0], identity[1]);
		return new Entry(id, write, remove(id));
	}

	private TableName table() {
		return this.table.get();
	}

	private String name() {
		return table().quoted();
	}

	private static String shortened(String id) {
		return (id.length() <= LONGEST_ID) ? id
				: UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
	}

	private static long micros(Duration duration) {
		return duration.toNanos() / 1000;
	}

	/**
	 * What an entry stands for.
	 */
	private enum Kind {

		/** To be taken back, unless the transaction removes the entry. */
		UNLESS_COMMITTED,

		/** To be taken back: the transaction can remove the entry no more. */
		CLAIMED,

		/** To be carried out, once the transaction has made the entry last. */
		ONCE_COMMITTED

	}

}
