package io.github.matrixone.spring.jdbc;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.CountedCommand;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.command.TestCommand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Commands in a transaction with a timeout.
 */
class TransactionTimeoutTests {

	private static final String SELECT = "SELECT 1 FROM item";

	private static final String STREAM = "SELECT 2 FROM item";

	private static final String UPDATE = "UPDATE item SET a = 1";

	private static final Command CLONE = () -> List.of(SqlText.of("CREATE TABLE copy CLONE other"));

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final TransactionTemplate transaction = new TransactionTemplate(
			new JdbcTransactionManager(this.dataSource));

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	@BeforeEach
	void setTimeout() {
		this.driver.results.put(SELECT, List.of());
		this.transaction.setTimeout(60);
	}

	@Test
	void endWhatReadsOrChangesRowsInTimeAndNothingElse() {
		this.transaction.executeWithoutResult((status) -> {
			this.executor.query(SqlText.of(SELECT));
			this.executor.stream(SqlText.of(STREAM), (row) -> {
			});
			this.executor.join(new Update());
			this.executor.join(CLONE);
		});
		assertThat(this.driver.limits).hasEntrySatisfying(SELECT, this::isLimited)
			.hasEntrySatisfying(STREAM, this::isLimited)
			.hasEntrySatisfying(UPDATE, this::isLimited)
			.containsEntry("CREATE TABLE copy CLONE other", 0);
	}

	@Test
	void areNotLimitedOutsideOfIt() {
		this.executor.query(SqlText.of(SELECT));
		assertThat(this.driver.limits).containsEntry(SELECT, 0);
	}

	@Test
	void areNotLimitedAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			Objects.requireNonNull(this.executor.currentTransaction());
			this.executor.afterCommit(this.executor.currentTransaction(), new TestCommand("work"), (own) -> {
				timeIsUp();
				this.executor.query(SqlText.of(SELECT));
				this.executor.join(new Update());
				return true;
			}, (own) -> true);
		});
		assertThat(this.driver.limits).containsEntry(SELECT, 0).containsEntry(UPDATE, 0);
	}

	@Test
	void areNotSentAfterTheTimeout() {
		assertNotSent((executor) -> executor.query(SqlText.of(SELECT)));
		assertNotSent((executor) -> executor.stream(SqlText.of(STREAM), (row) -> {
		}));
		assertNotSent((executor) -> executor.join(new Update()));
		assertNotSent((executor) -> executor.join(CLONE));
	}

	private void assertNotSent(Consumer<CommandExecutor> command) {
		this.driver.sent.clear();
		assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.executor.join(new Update());
				timeIsUp();
				assertThatExceptionOfType(TransactionTimedOutException.class)
					.isThrownBy(() -> command.accept(this.executor));
			}));
		assertThat(this.driver.sent).containsExactly("BEGIN", UPDATE, "ROLLBACK");
	}

	private void timeIsUp() {
		Object holder = TransactionSynchronizationManager.getResource(this.dataSource);
		((ConnectionHolder) Objects.requireNonNull(holder)).setTimeoutInMillis(-1);
	}

	private void isLimited(int seconds) {
		assertThat(seconds).isBetween(1, 60);
	}

	/**
	 * A command that changes rows.
	 */
	private static final class Update implements CountedCommand {

		@Override
		public List<SqlText> statements() {
			return List.of(SqlText.of(UPDATE));
		}

		@Override
		public void requireChanged(int statement, long changed) {
			assertThat(changed).isEqualTo(1);
		}

	}

}
