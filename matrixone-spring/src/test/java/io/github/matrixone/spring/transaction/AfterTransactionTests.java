package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.UncategorizedSQLException;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.transaction.AfterCommit.State;
import io.github.matrixone.spring.transaction.AfterTransaction.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What becomes of work that is to follow a transaction, and what its user is told of it.
 */
@ExtendWith(OutputCaptureExtension.class)
class AfterTransactionTests {

	private static final RuntimeException LASTING = new DuplicateKeyException("there is one already");

	private static final RuntimeException PASSING = new DataAccessResourceFailureException("no connection");

	private final AfterTransaction<String> followUp = new AfterTransaction<>(false);

	private final AfterTransaction<String> journaled = new AfterTransaction<>(true);

	@Test
	void keepsWorkInTheOrderInWhichItWasAskedFor() {
		this.followUp.afterCommit("snapshot", "take");
		this.followUp.afterCommit("clone", "make");
		assertThat(this.followUp.afterCommit()).extracting(Task::work).containsExactly("take", "make");
	}

	@Test
	void hasAResultOnceTheWorkIsDone() {
		AfterCommit<Integer> handle = this.followUp.afterCommit("count of rows", "count");
		assertThat(handle.state()).isEqualTo(State.PENDING);
		assertThatIllegalStateException().isThrownBy(handle::get)
			.withMessage("count of rows waits for the commit of its transaction");
		only(this.followUp).done(42);
		assertThat(handle.state()).isEqualTo(State.DONE);
		assertThat(handle.get()).isEqualTo(42);
	}

	@Test
	void hasTheResultAtOnceOfWorkThatNeededNoTransaction() {
		AfterCommit<Integer> handle = AfterTransaction.done("count of rows", 42);
		assertThat(handle.state()).isEqualTo(State.DONE);
		assertThat(handle.get()).isEqualTo(42);
	}

	@Test
	void doesNotDoWhatMayDependOnWorkThatHasFailed() {
		AfterCommit<Integer> first = this.followUp.afterCommit("snapshot", "take");
		AfterCommit<Integer> second = this.followUp.afterCommit("clone", "make");
		List<Task<String>> tasks = this.followUp.afterCommit();
		assertThat(this.followUp.isDue(tasks.get(0))).isTrue();
		this.followUp.failed(tasks.get(0), LASTING);
		assertThat(this.followUp.isDue(tasks.get(1))).isFalse();
		assertThat(first.failure()).isSameAs(LASTING);
		assertThat(second.state()).isEqualTo(State.FAILED);
		assertThatIllegalStateException().isThrownBy(second::get)
			.withMessage("clone was not done because work before it has failed")
			.withCause(LASTING);
	}

	@Test
	void tellsNothingWhereAllWorkWasDone() {
		this.followUp.afterCommit("snapshot", "take");
		only(this.followUp).done(true);
		assertThatNoException().isThrownBy(this.followUp::afterCommitEnded);
	}

	@Test
	void tellsWhoCommitsAllThatWasNotDoneAndWhy() {
		failFirstOfTwo(this.followUp, LASTING);
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this.followUp::afterCommitEnded)
			.withMessage("The transaction is committed, but this was not done after it: snapshot, clone. "
					+ "The first of them failed: there is one already")
			.withCause(LASTING);
	}

	@Test
	void tellsWhichWorkMayHaveBeenDone() {
		failFirstOfTwo(this.followUp, new CommitOutcomeUnknownException("no answer", null, null));
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this.followUp::afterCommitEnded)
			.withMessageContaining("snapshot (which may have been done), clone.");
	}

	@Test
	void promisesToTryAgainOnlyWhatAJournalKeepsAndWhatMaySucceedLater() {
		failFirstOfTwo(this.journaled, PASSING);
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this.journaled::afterCommitEnded)
			.withMessageEndingWith("The journal keeps them, and they are tried again");
		failFirstOfTwo(this.followUp, PASSING);
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(this.followUp::afterCommitEnded)
			.withMessageEndingWith("no connection");
		AfterTransaction<String> lasting = new AfterTransaction<>(true);
		failFirstOfTwo(lasting, LASTING);
		assertThatExceptionOfType(AfterCommitException.class).isThrownBy(lasting::afterCommitEnded)
			.withMessageEndingWith("there is one already");
	}

	@ParameterizedTest
	@MethodSource("errorsThatStay")
	void failsForGoodWithAnErrorThatStays(RuntimeException error) {
		failFirstOfTwo(this.followUp, error);
		assertThat(this.followUp.hasFailedForGood()).isTrue();
	}

	static Stream<RuntimeException> errorsThatStay() {
		return Stream.of(LASTING, new SnapshotNotFoundException("there is none"),
				new IllegalArgumentException("no such name"));
	}

	@ParameterizedTest
	@MethodSource("errorsThatMayPass")
	void doesNotFailForGoodWithAnErrorThatMayPass(RuntimeException error) {
		assertThat(this.followUp.hasFailedForGood()).isFalse();
		failFirstOfTwo(this.followUp, error);
		assertThat(this.followUp.hasFailedForGood()).isFalse();
	}

	static Stream<RuntimeException> errorsThatMayPass() {
		return Stream.of(PASSING, new CannotAcquireLockException("locked"),
				new UncategorizedSQLException("task", "sql", new SQLException("something new")),
				new CommitOutcomeUnknownException("no answer", null, null), new IllegalStateException("a bug"));
	}

	@Test
	void undoesTheLatestFirstAfterARollbackAndGivesUpTheRest() {
		AfterCommit<Integer> handle = this.followUp.afterCommit("clone", "make");
		this.followUp.onRollback("drop of snapshot a", "drop a");
		this.followUp.onRollback("drop of snapshot b", "drop b");
		assertThat(this.followUp.afterCompletion(false, true, TransactionOutcome.ROLLED_BACK)).extracting(Task::work)
			.containsExactly("drop b", "drop a");
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
		assertThatIllegalStateException().isThrownBy(handle::get)
			.withMessage("clone was given up when its transaction was rolled back");
	}

	@Test
	void undoesWhereOnlyTheConnectionKnowsOfTheRollback() {
		this.followUp.onRollback("drop of snapshot a", "drop a");
		assertThat(this.followUp.afterCompletion(false, false, TransactionOutcome.ROLLED_BACK)).extracting(Task::work)
			.containsExactly("drop a");
	}

	@ParameterizedTest
	@EnumSource(TransactionOutcome.class)
	void undoesNothingOfACommittedTransaction(TransactionOutcome outcome, CapturedOutput output) {
		this.followUp.onRollback("drop of snapshot a", "drop a");
		assertThat(this.followUp.afterCompletion(true, false, outcome)).isEmpty();
		assertThat(output).doesNotContain("drop of snapshot a");
	}

	@Test
	void leavesToTheUserWhatMayHaveBeenCommitted(CapturedOutput output) {
		AfterCommit<Integer> handle = this.followUp.afterCommit("clone", "make");
		this.followUp.onRollback("drop of snapshot a", "drop a");
		assertThat(this.followUp.afterCompletion(false, true, TransactionOutcome.UNKNOWN)).isEmpty();
		assertThat(output).contains("It is unknown whether the transaction was committed")
			.contains("left to you: drop of snapshot a");
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
	}

	@Test
	void leavesToTheJournalWhatMayHaveBeenCommitted(CapturedOutput output) {
		AfterCommit<Integer> handle = this.journaled.afterCommit("clone", "make");
		this.journaled.onRollback("drop of snapshot a", "drop a");
		assertThat(this.journaled.afterCompletion(false, true, TransactionOutcome.UNKNOWN)).isEmpty();
		assertThat(output).contains("left to the journal: drop of snapshot a");
		assertThat(handle.state()).isEqualTo(State.PENDING);
	}

	@Test
	void leavesAloneWhatWasCommittedThoughItsManagerDoesNotKnow() {
		this.followUp.onRollback("drop of snapshot a", "drop a");
		assertThat(this.followUp.afterCompletion(false, false, TransactionOutcome.COMMITTED)).isEmpty();
	}

	@Test
	void tellsOfWorkThatSomethingElseHasKeptFromBeingDone(CapturedOutput output) {
		AfterCommit<Integer> handle = this.followUp.afterCommit("clone", "make");
		this.followUp.afterCompletion(true, false, TransactionOutcome.COMMITTED);
		assertThatIllegalStateException().isThrownBy(handle::get)
			.withMessage("clone was not done: the transaction is committed, but something else that was to follow has "
					+ "failed");
		assertThat(output).contains("ERROR").contains("this was not done after it: clone").doesNotContain("journal");
	}

	@Test
	void promisesWorkThatTheJournalKeepsAndSomethingElseHasKeptFromBeingDone(CapturedOutput output) {
		AfterCommit<Integer> handle = this.journaled.afterCommit("clone", "make");
		this.journaled.afterCompletion(true, false, TransactionOutcome.COMMITTED);
		assertThatIllegalStateException().isThrownBy(handle::get)
			.withMessageEndingWith("The journal keeps it, and it is done later");
		assertThat(output).contains("this was not done after it: clone. The journal keeps it, and it is done later");
	}

	@Test
	void givesUpNothingThatWasDone(CapturedOutput output) {
		AfterCommit<Boolean> handle = this.followUp.afterCommit("clone", "make");
		only(this.followUp).done(true);
		this.followUp.afterCommitEnded();
		this.followUp.afterCompletion(true, false, TransactionOutcome.COMMITTED);
		assertThat(handle.state()).isEqualTo(State.DONE);
		assertThat(output).doesNotContain("clone");
	}

	@Test
	void tellsWhatCouldNotBeUndoneAndWhoseTaskItIs(CapturedOutput output) {
		for (AfterTransaction<String> each : List.of(this.followUp, this.journaled)) {
			each.onRollback("drop of snapshot a", "drop a");
			each.afterCompletion(false, true, TransactionOutcome.ROLLED_BACK)
				.forEach((undo) -> each.undoFailed(undo, PASSING));
		}
		assertThat(output).contains("ERROR")
			.contains("left to you: drop of snapshot a", "left to the journal: drop of snapshot a", "no connection");
	}

	private static Task<String> only(AfterTransaction<String> followUp) {
		assertThat(followUp.afterCommit()).hasSize(1);
		return followUp.afterCommit().get(0);
	}

	private static void failFirstOfTwo(AfterTransaction<String> followUp, RuntimeException error) {
		followUp.afterCommit("snapshot", "take");
		followUp.afterCommit("clone", "make");
		List<Task<String>> tasks = followUp.afterCommit();
		followUp.failed(tasks.get(0), error);
		assertThat(followUp.isDue(tasks.get(1))).isFalse();
	}

}
