package io.github.matrixone.spring.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.springframework.dao.DataAccessResourceFailureException;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.TestCommand;
import io.github.matrixone.spring.command.UndoableCommand;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.UndoSnapshot;
import io.github.matrixone.spring.transaction.OwnConnections;

/**
 * A server that knows what a recovery sends: it has a journal, snapshots of the database
 * {@code shop} and named locks. A session whose connection has failed stays broken.
 */
final class FakeJournalServer implements OwnConnections {

	final List<Entry> entries = new ArrayList<>();

	/** The snapshots, with the times when they were taken. */
	final Map<String, Instant> snapshots = new LinkedHashMap<>();

	/** What else is there, with who has made it. */
	final Map<String, String> things = new LinkedHashMap<>();

	/** The entries that were there when a snapshot was taken. */
	final Map<Instant, List<String>> entriesOfThePast = new HashMap<>();

	RuntimeException pastFailure;

	/** The named locks that are held. */
	final Set<String> locks = new LinkedHashSet<>();

	final Map<String, RuntimeException> lockFailures = new HashMap<>();

	final Map<String, RuntimeException> claimFailures = new HashMap<>();

	final Map<String, RuntimeException> commandFailures = new HashMap<>();

	final List<String> claims = new ArrayList<>();

	final List<String> sent = new ArrayList<>();

	/** What others do before the next named lock is taken. */
	Runnable beforeLock = () -> {
	};

	/** What happens before a command is carried out. */
	Runnable beforeCommand = () -> {
	};

	Duration claimTime = Duration.ofSeconds(1);

	private long nanoTime;

	long nanoTime() {
		return this.nanoTime;
	}

	/**
	 * Leave a snapshot whose transaction has not ended, taken as soon as its entry was
	 * written.
	 */
	void madeBeside(CreateSnapshot create, Instant written) {
		entryOf(create, written);
		this.snapshots.put(create.name().normalized(), written.plusMillis(2));
	}

	/**
	 * Leave the entry of something whose transaction has not ended.
	 */
	void entryOf(UndoableCommand command, Instant written) {
		this.entries.add(new Entry(command.key(), command.key(), "UNLESS_COMMITTED", command.text().toString(),
				micros(written), null));
	}

	/**
	 * Leave what was to follow a commit.
	 */
	void committed(String transaction, JournaledCommand command, Instant written) {
		this.entries.add(new Entry(transaction + " 0", transaction, "ONCE_COMMITTED", command.text().toString(),
				micros(written), null));
	}

	@Override
	public void onOwnConnection(Consumer<OwnConnection> work) {
		Session session = new Session();
		try {
			work.accept(session);
		}
		finally {
			if (session.broken) {
				this.locks.removeAll(session.locks);
			}
		}
	}

	private static long micros(Instant instant) {
		return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1000;
	}

	private static Rows rows(List<String> columns, Collection<List<String>> values) {
		return new Rows(columns, List.copyOf(values));
	}

	/**
	 * An entry of the journal.
	 */
	record Entry(String id, String transaction, String kind, String command, long since, String failure) {

		Entry withKind(String kind) {
			return new Entry(this.id, this.transaction, kind, this.command, this.since, this.failure);
		}

		Entry withFailure(String failure) {
			return new Entry(this.id, this.transaction, this.kind, this.command, this.since, failure);
		}

	}

	/**
	 * A session with one connection.
	 */
	private final class Session implements OwnConnection {

		private final Set<String> locks = new LinkedHashSet<>();

		private boolean broken;

		@Override
		public Rows query(SqlText query) {
			requireConnection();
			String sql = query.sql();
			List<Object> arguments = query.arguments();
			if (sql.startsWith("SELECT GET_LOCK")) {
				return lock((String) arguments.get(0));
			}
			if (sql.startsWith("SELECT RELEASE_LOCK")) {
				FakeJournalServer.this.sent.add("RELEASE " + arguments.get(0));
				FakeJournalServer.this.locks.remove(arguments.get(0));
				return rows(List.of("released"), List.of(List.of("1")));
			}
			if (sql.startsWith("SELECT entry_id AS id")) {
				return left(sql, (entry) -> List.of("UNLESS_COMMITTED", "CLAIMED").contains(entry.kind()));
			}
			if (sql.startsWith("SELECT transaction_id AS id")) {
				return left(sql, (entry) -> entry.kind().equals("ONCE_COMMITTED"));
			}
			if (sql.startsWith("SELECT command")) {
				return commands(List.of("command"), (entry) -> entry.kind().equals(arguments.get(1))
						&& is(entry, arguments.get(0), arguments.get(2)));
			}
			if (sql.startsWith("SELECT entry_id, command")) {
				return commands(List.of("entry_id", "command"),
						(entry) -> entry.transaction().equals(arguments.get(0)));
			}
			if (sql.contains("{MO_TS = ")) {
				return past(sql, (String) arguments.get(0));
			}
			if (sql.equals(TestCommand.LOOK_UP)) {
				String made = FakeJournalServer.this.things.get(arguments.get(0));
				return (made != null) ? rows(List.of("made"), List.of(List.of(made))) : Rows.NONE;
			}
			if (sql.endsWith("AND ts = ?")) {
				Instant taken = FakeJournalServer.this.snapshots.get(arguments.get(0));
				boolean same = taken != null && arguments.get(1).equals(micros(taken) * 1000);
				return same ? snapshot((String) arguments.get(0)) : Rows.NONE;
			}
			if (sql.contains("mo_snapshots")) {
				return snapshot((String) arguments.get(0));
			}
			if (sql.startsWith("SELECT count")) {
				return rows(List.of("entries", "failures"),
						List.of(List.of(String.valueOf(FakeJournalServer.this.entries.size()),
								String.valueOf(FakeJournalServer.this.entries.stream()
									.filter((entry) -> entry.failure() != null)
									.count()))));
			}
			throw new UnsupportedOperationException(sql);
		}

		@Override
		public long update(SqlText statement, Duration timeout) {
			requireConnection();
			String sql = statement.sql();
			List<Object> arguments = statement.arguments();
			if (sql.contains("SET kind")) {
				return claim((String) arguments.get(1), arguments.get(3));
			}
			if (sql.contains("SET failure = ?, entry_id")) {
				FakeJournalServer.this.entries.replaceAll((entry) -> entry.id().equals(arguments.get(2))
						? entry.withFailure((String) arguments.get(0)) : entry);
				return 1;
			}
			if (sql.contains("SET failure")) {
				FakeJournalServer.this.entries.replaceAll((entry) -> entry.transaction().equals(arguments.get(1))
						? entry.withFailure((String) arguments.get(0)) : entry);
				return 1;
			}
			if (sql.endsWith("WHERE entry_id = ?")) {
				return FakeJournalServer.this.entries.removeIf((entry) -> entry.id().equals(arguments.get(0))) ? 1 : 0;
			}
			return 0;
		}

		@Override
		public void execute(Command command) {
			requireConnection();
			FakeJournalServer.this.beforeCommand.run();
			fail(FakeJournalServer.this.commandFailures.get(command.description()));
			if (command instanceof TestCommand test) {
				FakeJournalServer.this.things.remove(test.description().replace("undo ", ""));
			}
			else if (command instanceof DropSnapshot drop) {
				FakeJournalServer.this.snapshots.remove(drop.name().normalized());
			}
			else if (command instanceof UndoSnapshot undo) {
				FakeJournalServer.this.snapshots.remove(undo.name().normalized(), undo.takenAt());
			}
			else if (command instanceof CreateSnapshot create) {
				FakeJournalServer.this.snapshots.put(create.name().normalized(), Instant.EPOCH);
			}
		}

		private Rows lock(String name) {
			Runnable before = FakeJournalServer.this.beforeLock;
			FakeJournalServer.this.beforeLock = () -> {
			};
			before.run();
			fail(FakeJournalServer.this.lockFailures.get(name));
			assertThatTheServerTakes(name);
			boolean taken = FakeJournalServer.this.locks.add(name);
			if (taken) {
				this.locks.add(name);
			}
			return rows(List.of("taken"), List.of(List.of(taken ? "1" : "0")));
		}

		private void assertThatTheServerTakes(String name) {
			if (name.length() > 64) {
				throw new IllegalArgumentException("user-level lock name exceeds maximum length of 64 characters");
			}
		}

		private long claim(String id, Object since) {
			FakeJournalServer.this.claims.add(id);
			FakeJournalServer.this.nanoTime += FakeJournalServer.this.claimTime.toNanos();
			fail(FakeJournalServer.this.claimFailures.get(id));
			FakeJournalServer.this.entries
				.replaceAll((entry) -> (is(entry, id, since) && entry.kind().equals("UNLESS_COMMITTED"))
						? entry.withKind("CLAIMED") : entry);
			return 1;
		}

		private Rows left(String sql, Predicate<Entry> which) {
			int offset = Integer.parseInt(sql.substring(sql.indexOf(" OFFSET ") + " OFFSET ".length()));
			boolean transactions = sql.contains("GROUP BY");
			return rows(List.of("id", "since"), FakeJournalServer.this.entries.stream()
				.filter((entry) -> entry.failure() == null)
				.filter(which)
				.sorted(Comparator.comparing(Entry::since))
				.skip(offset)
				.limit(100)
				.map((entry) -> List.of(transactions ? entry.transaction() : entry.id(), String.valueOf(entry.since())))
				.toList());
		}

		private Rows commands(List<String> columns, Predicate<Entry> which) {
			return rows(columns, FakeJournalServer.this.entries.stream()
				.filter((entry) -> entry.failure() == null)
				.filter(which)
				.map((entry) -> (columns.size() == 1) ? List.of(entry.command()) : List.of(entry.id(), entry.command()))
				.toList());
		}

		private Rows past(String sql, String id) {
			fail(FakeJournalServer.this.pastFailure);
			long nanos = Long.parseLong(sql.replaceAll(".*MO_TS = (\\d+)}.*", "$1"));
			boolean there = FakeJournalServer.this.entriesOfThePast
				.getOrDefault(Instant.EPOCH.plusNanos(nanos), List.of())
				.contains(id);
			return there ? rows(List.of("1"), List.of(List.of("1"))) : Rows.NONE;
		}

		private Rows snapshot(String name) {
			Instant taken = FakeJournalServer.this.snapshots.get(name);
			return (taken != null)
					? rows(List.of("sname", "ts", "level", "account_name", "database_name", "table_name", "kind"),
							List.of(List.of(name, micros(taken) + "000", "database", "sys", "shop", "", "user")))
					: Rows.NONE;
		}

		private boolean is(Entry entry, Object id, Object since) {
			return entry.id().equals(id) && since.equals(entry.since());
		}

		private void fail(RuntimeException failure) {
			if (failure != null) {
				this.broken = failure instanceof DataAccessResourceFailureException;
				throw failure;
			}
		}

		private void requireConnection() {
			if (this.broken) {
				throw new DataAccessResourceFailureException("the connection was closed");
			}
		}

	}

}
