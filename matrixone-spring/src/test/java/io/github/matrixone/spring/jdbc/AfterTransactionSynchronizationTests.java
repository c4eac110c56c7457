package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.TestCommand;
import io.github.matrixone.spring.jdbc.CommandExecutor.CurrentTransaction;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.AfterCommit;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What follows the end of a transaction, by how it ended.
 */
class AfterTransactionSynchronizationTests {

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new RecordingBackend());

	private final List<String> done = new ArrayList<>();

	@Test
	void doesWorkInOrderAfterTheCommitAndUndoesNothing() {
		AfterCommit<Boolean> handle = run("COMMIT", null);
		assertThat(this.done).containsExactly("beside first", "beside second", "first", "second");
		assertThat(handle.get()).isTrue();
	}

	@Test
	void undoesInReverseOrderAfterARollback() {
		AfterCommit<Boolean> handle = run("ROLLBACK", null);
		assertThat(this.done).containsExactly("beside first", "beside second", "undo beside second",
				"undo beside first");
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
	}

	@Test
	void undoesInReverseOrderAfterARollbackThatTheManagerKnowsNothingOf() {
		List<AfterCommit<Boolean>> handles = new ArrayList<>();
		this.transaction.executeWithoutResult((status) -> {
			handles.add(ask());
			this.jdbc.execute("ROLLBACK");
		});
		assertThat(this.done).containsExactly("beside first", "beside second", "undo beside second",
				"undo beside first");
		assertThat(handles.get(0).state()).isEqualTo(State.ROLLED_BACK);
	}

	@Test
	void undoesWhatTheServerHasRefusedToCommit() {
		AfterCommit<Boolean> handle = run("COMMIT", new SQLException("w-w conflict", "HY000", 20619));
		assertThat(this.done).containsExactly("beside first", "beside second", "undo beside second",
				"undo beside first");
		assertThat(handle.state()).isEqualTo(State.ROLLED_BACK);
	}

	@Test
	void keepsEverythingWhereTheOutcomeOfTheCommitIsUnknown() {
		assertThat(run("COMMIT", new SQLNonTransientConnectionException("gone", "08S01")).state())
			.isEqualTo(State.ROLLED_BACK);
		assertThat(run("COMMIT", new SQLException("unknown", "HY000", 20638)).state()).isEqualTo(State.ROLLED_BACK);
		assertThat(this.done).containsExactly("beside first", "beside second", "beside first", "beside second");
	}

	@Test
	void saysThatWorkWasNotDoneWhereSomethingElseHasFailedAfterTheCommit() {
		List<AfterCommit<Boolean>> handles = new ArrayList<>();
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public int getOrder() {
					return 0;
				}

				@Override
				public void afterCommit() {
					throw new IllegalStateException("mine");
				}

			});
			handles.add(this.executor.afterCommit(this.executor.currentTransaction(), new TestCommand("work"),
					(own) -> true, (own) -> true));
		})).withMessage("mine");
		assertThat(handles.get(0).state()).isEqualTo(State.FAILED);
		assertThatIllegalStateException().isThrownBy(handles.get(0)::get).withMessageContaining("is committed");
	}

	private AfterCommit<Boolean> run(String end, @Nullable SQLException failure) {
		this.driver.failures.put("COMMIT", failure);
		List<AfterCommit<Boolean>> handles = new ArrayList<>();
		Runnable run = () -> this.transaction.executeWithoutResult((status) -> {
			handles.add(ask());
			if (end.equals("ROLLBACK")) {
				status.setRollbackOnly();
			}
		});
		if (failure != null) {
			assertThatException().isThrownBy(run::run);
		}
		else {
			run.run();
		}
		return handles.get(0);
	}

	private AfterCommit<Boolean> ask() {
		CurrentTransaction current = this.executor.currentTransaction();
		this.jdbc.update("INSERT INTO item VALUES (1)");
		List<AfterCommit<Boolean>> handles = new ArrayList<>();
		for (String work : List.of("first", "second")) {
			handles.add(this.executor.afterCommit(current, new TestCommand(work), (own) -> this.done.add(work),
					(own) -> true));
			current.beside(new TestCommand("beside " + work), (activity) -> {
			});
		}
		return handles.get(0);
	}

	private final class RecordingBackend implements MatrixOneBackend {

		@Override
		public @Nullable String execute(Connection connection, Command command) {
			AfterTransactionSynchronizationTests.this.done.add(command.description());
			return null;
		}

		@Override
		public String tableAt(TableName table, AsOf asOf) {
			throw new UnsupportedOperationException();
		}

		@Override
		public String description() {
			return "none";
		}

	}

}
