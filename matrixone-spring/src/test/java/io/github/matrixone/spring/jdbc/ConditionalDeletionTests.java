package io.github.matrixone.spring.jdbc;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.DeleteBranch;
import io.github.matrixone.spring.branch.DeleteDatabaseBranch;
import io.github.matrixone.spring.dao.BranchNotFoundException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The deletion of a branch that is taken back where a condition does not hold.
 */
class ConditionalDeletionTests {

	private static final String DELETE = "DATA BRANCH DELETE TABLE `shop`.`draft`";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	private final CommandExecutor executor = new CommandExecutor(this.dataSource, new ServerBackend());

	private final DeleteBranch deletion = new DeleteBranch(TableName.of("shop", "draft"), false, null);

	@Test
	void isCommittedWhereTheConditionHoldsAfterIt() {
		assertThat(this.executor.deleteIf(this.deletion, () -> {
			assertThat(this.driver.sent).endsWith("BEGIN", DELETE);
			return true;
		})).isTrue();
		assertThat(this.driver.sent).endsWith("BEGIN", DELETE, "COMMIT");
	}

	@Test
	void isTakenBackWhereItDoesNotHold() {
		assertThat(this.executor.deleteIf(this.deletion, () -> false)).isFalse();
		assertThat(this.driver.sent).endsWith("BEGIN", DELETE, "ROLLBACK").doesNotContain("COMMIT");
	}

	@Test
	void isTakenBackWhereItFails() {
		assertThatIllegalStateException().isThrownBy(() -> this.executor.deleteIf(this.deletion, () -> {
			throw new IllegalStateException("no answer");
		})).withMessage("no answer");
		assertThat(this.driver.sent).endsWith("BEGIN", DELETE, "ROLLBACK").doesNotContain("COMMIT");
	}

	@Test
	void isTakenBackWhereItFailsWithACheckedExceptionOfAnotherLanguage() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.executor.deleteIf(this.deletion, () -> {
			fail(new IOException("no answer"));
			return true;
		}));
		assertThat(this.driver.sent).endsWith("BEGIN", DELETE, "ROLLBACK").doesNotContain("COMMIT");
	}

	@SuppressWarnings("unchecked")
	private static <E extends Exception> void fail(Exception ex) throws E {
		throw (E) ex;
	}

	@Test
	void asksNothingWhereTheBranchThatIsMeantIsGone() {
		assertThat(this.executor.deleteIf(new DeleteBranch(TableName.of("shop", "draft"), true, "7"), () -> {
			throw new IllegalStateException("asked");
		})).isFalse();
		assertThat(this.driver.sent).doesNotContain(DELETE, "COMMIT");
	}

	@Test
	void tellsThatTheBranchHasGoneWhileItWasWaiting() {
		this.driver.failures.put("DATA BRANCH DELETE DATABASE `drafts`",
				new SQLException("Can't drop database 'drafts'; database doesn't exist", "HY000", 1008));
		DeleteDatabaseBranch ofDatabase = new DeleteDatabaseBranch(DatabaseName.of("drafts"), false, null);
		assertThatExceptionOfType(BranchNotFoundException.class)
			.isThrownBy(() -> this.executor.deleteIf(ofDatabase, () -> true));
		assertThat(this.driver.sent).doesNotContain("COMMIT");
	}

	@Test
	void letsNoTransactionOfTheApplicationDeleteABranch() {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		this.executor.deleteIf(this.deletion, () -> true);
		this.driver.sent.clear();
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> jdbc.execute(DELETE)))
			.havingRootCause()
			.withMessageContaining("DATA BRANCH DELETE is refused in a transaction");
		assertThat(this.driver.sent).isEqualTo(List.of());
	}

}
