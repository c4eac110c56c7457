package io.github.matrixone.spring.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;

import io.github.matrixone.spring.command.TestCommand;
import io.github.matrixone.spring.snapshot.CreateSnapshot;
import io.github.matrixone.spring.snapshot.DropSnapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a recovery makes of failures, of clocks that are apart, and of other recoveries.
 */
class JournalRecoveryTests {

	private static final Instant WRITTEN = Instant.parse("2026-01-31T10:00:00Z");

	private static final QueryTimeoutException UNDER_WAY = new QueryTimeoutException("the transaction has the lock");

	private final JournalTable journal = new JournalTable(() -> TableName.of("shop", "matrixone_journal"));

	private final FakeJournalServer server = new FakeJournalServer();

	private final JournalRecovery recovery = new JournalRecovery(this.server, this.journal, this.server::nanoTime);

	@ParameterizedTest
	@MethodSource
	void aClaimThatFailsHoldsUpNothingElse(RuntimeException failure) {
		madeBeside("first", WRITTEN);
		madeBeside("second", WRITTEN.plusSeconds(1));
		this.server.committed("t1", new CreateSnapshot(SnapshotName.of("after"), scope()), WRITTEN.plusSeconds(2));
		this.server.claimFailures.put("snapshot first", failure);
		JournalRecovery.Result result = this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("first", "after");
		assertThat(result).isEqualTo(new JournalRecovery.Result(2, 1, 0));
		this.server.claimFailures.clear();
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.server.snapshots).containsOnlyKeys("after");
		assertThat(this.server.locks).isEmpty();
	}

	static Stream<RuntimeException> aClaimThatFailsHoldsUpNothingElse() {
		return Stream.of(UNDER_WAY, new CannotAcquireLockException("lock wait timeout after 120 s"),
				new UncategorizedSQLException("KILL QUERY", null, new SQLException("Unknown connection id 7")),
				new DataAccessResourceFailureException("the connection is gone"),
				new IllegalStateException("several at once"));
	}

	@Test
	void workThatFailsHoldsUpNothingElse() {
		this.server.committed("t1", new CreateSnapshot(SnapshotName.of("first"), scope()), WRITTEN);
		this.server.committed("t2", new CreateSnapshot(SnapshotName.of("second"), scope()), WRITTEN);
		this.server.commandFailures.put("snapshot first", new DataAccessResourceFailureException("gone"));
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.server.snapshots).containsOnlyKeys("second");
		assertThat(this.server.entries).hasSize(1);
	}

	@Test
	void aLockThatCannotBeAskedForHoldsUpNothingElse() {
		madeBeside("first", WRITTEN);
		madeBeside("second", WRITTEN);
		this.server.lockFailures.put(this.journal.lockOfMade("snapshot first").name(),
				new TransientDataAccessResourceException("a part of the server does not answer"));
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.server.snapshots).containsOnlyKeys("first");
		assertThat(this.server.sent).as("it may have been granted")
			.contains("RELEASE " + this.journal.lockOfMade("snapshot first").name());
	}

	@Test
	void dropsASnapshotThatSeemsOlderThanItsEntryWhereTheEntryWasThereBefore() {
		madeBeside("nightly", WRITTEN);
		this.server.snapshots.put("nightly", WRITTEN.minusSeconds(3));
		this.server.entriesOfThePast.put(WRITTEN.minusSeconds(3), List.of("snapshot nightly"));
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.server.snapshots).isEmpty();
	}

	@Test
	void dropsNoSnapshotThatHasGotTheNameOfTheOneThatItHasSeen() {
		madeBeside("nightly", WRITTEN);
		this.server.beforeCommand = () -> this.server.snapshots.put("nightly", WRITTEN.plusSeconds(1));
		this.recovery.recover();
		assertThat(this.server.snapshots).containsEntry("nightly", WRITTEN.plusSeconds(1));
	}

	@Test
	void takesBackWhateverCanBeUndone() {
		KnownCommands known = new KnownCommands().with(TestCommand.KIND, TestCommand::read);
		JournalRecovery recovery = new JournalRecovery(this.server, this.journal, this.server::nanoTime, known);
		this.server.entryOf(new TestCommand("branch"), TestCommand.MADE_AT.minusSeconds(1));
		this.server.entryOf(new TestCommand("other"), TestCommand.MADE_AT.minusSeconds(1));
		this.server.things.putAll(Map.of("branch", "alike", "other", "somebody else"));
		assertThat(recovery.recover().done()).isEqualTo(2);
		assertThat(this.server.things).containsOnlyKeys("other");
		assertThat(this.server.entries).isEmpty();
	}

	@Test
	void dropsNoSnapshotThatWasTakenAnewAfterTheCommit() {
		this.server.snapshots.put("nightly", WRITTEN.plusSeconds(60));
		this.server.committed("t1", new DropSnapshot(SnapshotName.of("nightly"), false, WRITTEN), WRITTEN);
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
	}

	@Test
	void leavesASnapshotThatIsOlderThanItsEntry() {
		madeBeside("nightly", WRITTEN);
		this.server.snapshots.put("nightly", WRITTEN.minusSeconds(3));
		this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
		assertThat(this.server.entries).isEmpty();
	}

	@Test
	void leavesASnapshotThatIsOlderThanTheJournal() {
		madeBeside("nightly", WRITTEN);
		this.server.snapshots.put("nightly", WRITTEN.minusSeconds(3));
		this.server.pastFailure = new BadSqlGrammarException("query", "", new SQLException("no such table"));
		this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
		assertThat(this.server.entries).isEmpty();
	}

	@Test
	void decidesLaterWhereThePastCannotBeReadNow() {
		madeBeside("nightly", WRITTEN);
		this.server.snapshots.put("nightly", WRITTEN.minusSeconds(3));
		this.server.pastFailure = new TransientDataAccessResourceException("a part of the server does not answer");
		this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
		assertThat(this.server.entries).hasSize(1);
	}

	@Test
	void leavesASnapshotThatWasTakenMuchLaterThanItsEntry() {
		madeBeside("nightly", WRITTEN);
		madeBeside("slow", WRITTEN);
		this.server.snapshots.put("nightly", WRITTEN.plusSeconds(16));
		this.server.snapshots.put("slow", WRITTEN.plusSeconds(14));
		this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
		assertThat(this.server.entries).isEmpty();
	}

	@Test
	void leavesASnapshotOfSomethingElse() {
		this.server.madeBeside(new CreateSnapshot(SnapshotName.of("nightly"), SnapshotScope.database("archive")),
				WRITTEN);
		this.server.madeBeside(
				new CreateSnapshot(SnapshotName.of("item"), SnapshotScope.table(TableName.of("shop", "item"))),
				WRITTEN);
		this.server.madeBeside(new CreateSnapshot(SnapshotName.of("all"), SnapshotScope.account()), WRITTEN);
		this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly", "item", "all");
	}

	@Test
	void leavesASnapshotThatAnotherRecoveryIsAt() {
		madeBeside("nightly", WRITTEN);
		String lock = this.journal.lockOfMade("snapshot nightly").name();
		this.server.locks.add(lock);
		assertThat(this.recovery.recover()).isEqualTo(new JournalRecovery.Result(0, 1, 0));
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
		assertThat(this.server.locks).containsExactly(lock);
		this.server.locks.clear();
		assertThat(this.recovery.recover().done()).isOne();
	}

	@Test
	void leavesASnapshotThatWasTakenAnewAfterAnotherRecoveryHasDroppedTheFirst() {
		madeBeside("nightly", WRITTEN);
		this.server.beforeLock = () -> {
			this.server.entries.clear();
			this.server.snapshots.put("nightly", WRITTEN.plusSeconds(2));
		};
		assertThat(this.recovery.recover().done()).isZero();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
	}

	@Test
	void leavesALaterEntryForTheSameToItsTransaction() {
		madeBeside("nightly", WRITTEN);
		this.server.beforeLock = () -> {
			this.server.entries.clear();
			madeBeside("nightly", WRITTEN.plusSeconds(2));
		};
		assertThat(this.recovery.recover().done()).isZero();
		assertThat(this.server.snapshots).containsOnlyKeys("nightly");
		assertThat(this.server.entries).singleElement()
			.extracting(FakeJournalServer.Entry::kind)
			.isEqualTo("UNLESS_COMMITTED");
	}

	@Test
	void takesALockOfANameThatTheServerTakes() {
		String longest = "n".repeat(64);
		madeBeside(longest, WRITTEN);
		assertThat(this.recovery.recover().done()).isOne();
		assertThat(this.server.snapshots).isEmpty();
	}

	@Test
	void whatComesFirstAndFailsDoesNotKeepTheRestFromBeingMet() {
		IntStream.range(0, 250).forEach((i) -> blocked("blocked" + i, WRITTEN.plusSeconds(i)));
		madeBeside("free", WRITTEN.plusSeconds(300));
		IntStream.range(0, 5).forEach((run) -> this.recovery.recover());
		assertThat(this.server.snapshots.keySet()).hasSize(250).doesNotContain("free");
		this.server.claimFailures.clear();
		IntStream.range(0, 20).forEach((run) -> this.recovery.recover());
		assertThat(this.server.snapshots).isEmpty();
	}

	@Test
	void committedWorkThatFailsDoesNotKeepTheRestFromBeingMet() {
		for (int i = 0; i < 200; i++) {
			this.server.committed("t" + i, new CreateSnapshot(SnapshotName.of("failing" + i), scope()),
					WRITTEN.plusSeconds(i));
			this.server.commandFailures.put("snapshot failing" + i, new TransientDataAccessResourceException("later"));
		}
		this.server.committed("last", new CreateSnapshot(SnapshotName.of("last"), scope()), WRITTEN.plusSeconds(300));
		IntStream.range(0, 3).forEach((run) -> this.recovery.recover());
		assertThat(this.server.snapshots).containsOnlyKeys("last");
	}

	@Test
	void startsFromTheFirstAgainAfterTheLast() {
		this.server.claimTime = Duration.ZERO;
		IntStream.range(0, 100).forEach((i) -> blocked("blocked" + i, WRITTEN.plusSeconds(i)));
		this.recovery.recover();
		this.server.claimFailures.clear();
		assertThat(this.recovery.recover().done()).as("there is none after the hundredth").isEqualTo(100);
	}

	@Test
	void triesWhatFailsMoreAndMoreSeldom() {
		blocked("nightly", WRITTEN);
		IntStream.range(0, 100).forEach((run) -> this.recovery.recover());
		assertThat(this.server.claims).hasSizeBetween(8, 12);
		this.server.claimFailures.clear();
		IntStream.range(0, 16).forEach((run) -> this.recovery.recover());
		assertThat(this.server.snapshots).isEmpty();
	}

	@Test
	void triesALaterEntryForTheSameAtOnce() {
		blocked("nightly", WRITTEN);
		IntStream.range(0, 10).forEach((run) -> this.recovery.recover());
		this.server.claimFailures.clear();
		this.server.entries.clear();
		madeBeside("nightly", WRITTEN.plusSeconds(2));
		assertThat(this.recovery.recover().done()).isOne();
	}

	@Test
	void aRunIsNotHeldUpForLongAndTheNextGoesOnWhereItHasStopped() {
		this.server.claimTime = Duration.ofSeconds(120);
		blocked("first", WRITTEN);
		blocked("second", WRITTEN.plusSeconds(1));
		madeBeside("third", WRITTEN.plusSeconds(2));
		this.server.committed("t1", new CreateSnapshot(SnapshotName.of("after"), scope()), WRITTEN.plusSeconds(3));
		this.recovery.recover();
		assertThat(this.server.claims).containsExactly("snapshot first");
		assertThat(this.server.snapshots).containsKey("after");
		this.recovery.recover();
		assertThat(this.server.claims).containsExactly("snapshot first", "snapshot second");
		this.recovery.recover();
		assertThat(this.server.snapshots).containsOnlyKeys("first", "second", "after");
	}

	private void blocked(String name, Instant written) {
		madeBeside(name, written);
		this.server.claimFailures.put("snapshot " + name, UNDER_WAY);
	}

	private void madeBeside(String name, Instant written) {
		this.server.madeBeside(new CreateSnapshot(SnapshotName.of(name), scope()), written);
	}

	private static SnapshotScope scope() {
		return SnapshotScope.database("shop");
	}

}
