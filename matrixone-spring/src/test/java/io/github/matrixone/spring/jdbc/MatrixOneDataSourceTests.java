package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.TransactionHistory;
import io.github.matrixone.spring.transaction.TransactionOutcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What a connection sends in which case, without a server.
 */
class MatrixOneDataSourceTests {

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final MatrixOneDataSource dataSource = this.driver.matrixOne();

	@ParameterizedTest
	@ValueSource(ints = { 1205, 20502, 20504, 20505, 20600, 20602, 20611, 20612, 20634, 20638, 20701, 20702, 20703,
			20704, 20706, 20709 })
	void sendsNothingButTheRollbackAfterTheServerHasDroppedTheTransaction(int code) throws SQLException {
		SQLException failure = new SQLException("dropped", "HY000", code);
		this.driver.failures.put("UPDATE item SET a = 1", failure);
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("UPDATE item SET a = 1"))
				.satisfies((thrown) -> assertThat(NestedExceptionUtils.getMostSpecificCause(thrown)).isSameAs(failure));
			assertRefused(Reason.TRANSACTION_LOST, () -> statement.execute("SELECT 1")).withCause(failure);
			assertRefused(Reason.TRANSACTION_LOST, () -> statement.execute("COMMIT"));
			assertRefused(Reason.TRANSACTION_LOST, connection::commit);
			connection.rollback();
			statement.execute(INSERT);
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "UPDATE item SET a = 1", "ROLLBACK", "BEGIN",
				INSERT, "COMMIT");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1062, 20101, 20619, 1064, 3819, 1317 })
	void goesOnAfterAnErrorThatLeavesTheTransactionWhole(int code) throws SQLException {
		this.driver.failures.put("UPDATE item SET a = 1", new SQLException("refused", "HY000", code));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("UPDATE item SET a = 1"));
			statement.execute(INSERT);
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", "UPDATE item SET a = 1", INSERT, "COMMIT");
	}

	@Test
	void beginsOnceForThreadsThatShareAConnection() throws SQLException {
		CountDownLatch bothBegin = new CountDownLatch(2);
		this.driver.before.put("BEGIN", () -> {
			bothBegin.countDown();
			awaitBriefly(bothBegin);
		});
		try (Connection connection = begin()) {
			Executor threads = new SimpleAsyncTaskExecutor();
			CompletableFuture
				.allOf(CompletableFuture.runAsync(() -> insert(connection), threads),
						CompletableFuture.runAsync(() -> insert(connection), threads))
				.join();
			connection.rollback();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, INSERT, "ROLLBACK");
	}

	@Test
	void cutsAConnectionWhoseAnswersMayBeOutOfStepInATransaction() throws SQLException {
		SQLException failure = new SQLException("internal error: invalid int64 slice", "HY000", 1105);
		this.driver.failures.put("UPDATE item SET a = 1", failure);
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("UPDATE item SET a = 1"))
				.isSameAs(failure);
			assertThat(this.driver.aborted).isTrue();
			assertRefused(Reason.TRANSACTION_LOST, () -> statement.execute("SELECT 1")).withCause(failure);
			connection.rollback();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", "UPDATE item SET a = 1");
	}

	@Test
	void cutsAConnectionWhoseAnswersMayBeOutOfStepOutsideATransaction() throws SQLException {
		this.driver.failures.put("UPDATE item SET a = 1", new SQLException("context canceled", "HY000", 1105));
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("UPDATE item SET a = 1"));
			assertThat(this.driver.aborted).isTrue();
		}
	}

	@Test
	void refusesACommitOfALostTransactionAlsoWhenAutocommitIsTurnedOn() throws SQLException {
		this.driver.failures.put("DELETE FROM item", new SQLException("deadlock", "HY000", 20701));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("DELETE FROM item"));
			assertRefused(Reason.TRANSACTION_LOST, () -> connection.setAutoCommit(true));
			assertThat(connection.getAutoCommit()).isTrue();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", "DELETE FROM item", "ROLLBACK");
	}

	@Test
	void cutsAConnectionThatHasFailedInsteadOfRollingBack() throws SQLException {
		this.driver.failures.put(INSERT, new SQLNonTransientConnectionException("gone", "08S01"));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute(INSERT));
			assertThatNoException().isThrownBy(connection::rollback);
		}
		assertThat(this.driver.aborted).isTrue();
		assertThat(this.driver.failuresSeen).isOne();
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT);
	}

	@Test
	void refusesOnAReadOnlyConnectionWhatTheDriverWouldRefuseAndNothingElse() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement();
				PreparedStatement prepared = connection.prepareStatement(INSERT)) {
			connection.setReadOnly(true);
			assertRefused(Reason.READ_ONLY, () -> statement.executeUpdate(INSERT))
				.withMessageContaining("spring.datasource.hikari.read-only");
			assertRefused(Reason.READ_ONLY, () -> statement.executeLargeUpdate("DROP TABLE item"));
			assertRefused(Reason.READ_ONLY, prepared::executeUpdate);
			statement.addBatch(INSERT);
			assertRefused(Reason.READ_ONLY, statement::executeBatch);
			assertThat(this.driver.sent).isEmpty();
			statement.execute(INSERT);
			prepared.execute();
			connection.setReadOnly(false);
			statement.executeUpdate(INSERT);
		}
		assertThat(this.driver.sent).containsExactly(INSERT, INSERT, INSERT);
	}

	@Test
	void hasThePoolDiscardAConnectionThatIsClosed() {
		this.driver.failures.put("isWrapperFor()", new SQLNonTransientConnectionException("closed", "08003"));
		assertThatExceptionOfType(SQLException.class).isThrownBy(this.dataSource::getConnection).withMessage("closed");
		assertThat(this.driver.failuresSeen).isOne();
	}

	@Test
	void leavesTheRollbackToTheServerWhereTheConnectionFails() throws SQLException {
		this.driver.failures.put("ROLLBACK", new SQLNonTransientConnectionException("gone", "08S01"));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			assertThatNoException().isThrownBy(connection::rollback);
			assertThat(this.driver.aborted).isTrue();
			assertThat(connection.unwrap(MatrixOneConnection.class).lastOutcome())
				.isEqualTo(TransactionOutcome.ROLLED_BACK);
		}
	}

	@Test
	void keepsTheOutcomeOfACommitUnknownWhereTheConnectionFailsDuringTheRollback() throws SQLException {
		this.driver.failures.put("COMMIT", new SQLException("interrupted", "HY000", 1317));
		this.driver.failures.put("ROLLBACK", new SQLNonTransientConnectionException("gone", "08S01"));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class).isThrownBy(connection::commit);
			assertThatNoException().isThrownBy(connection::rollback);
			assertThat(connection.unwrap(MatrixOneConnection.class).lastOutcome())
				.isEqualTo(TransactionOutcome.UNKNOWN);
		}
	}

	@Test
	void leavesTheRollbackToTheServerWhereThePoolHasClosedTheConnection() throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			this.driver.closed = true;
			assertThatNoException().isThrownBy(connection::rollback);
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT);
	}

	@Test
	void cutsAConnectionWhoseTransactionCannotBeRolledBackOnClose() throws SQLException {
		this.driver.failures.put("ROLLBACK", new SQLException("cannot", "HY000", 20101));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
		}
		assertThat(this.driver.aborted).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 20638, 20500, 20501, 20502, 20503, 20504, 20505, 20506, 20507, 1105, 1317 })
	void saysThatTheOutcomeOfACommitIsUnknownWhereTheServerLeavesItOpen(int code) throws SQLException {
		assertOutcomeUnknown(new SQLException("unknown", "HY000", code));
	}

	@Test
	void saysThatTheOutcomeOfACommitIsUnknownWhereTheConnectionFails() throws SQLException {
		assertOutcomeUnknown(new SQLNonTransientConnectionException("gone", "08S01"));
		assertOutcomeUnknown(new SQLRecoverableException("gone", "08S01"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 20619, 20628, 20634, 20705, 20708, 1062 })
	void takesACommitThatTheServerRefusesForRolledBack(int code) throws SQLException {
		SQLException failure = new SQLException("refused", "HY000", code);
		this.driver.failures.put("COMMIT", failure);
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit)
				.satisfies((thrown) -> assertThat(NestedExceptionUtils.getMostSpecificCause(thrown)).isSameAs(failure));
			connection.rollback();
			assertThat(connection.unwrap(MatrixOneConnection.class).lastOutcome())
				.isEqualTo(TransactionOutcome.ROLLED_BACK);
		}
	}

	@Test
	void doesNotTakeATransactionOfUnknownOutcomeForRolledBackLater() throws SQLException {
		this.driver.failures.put("COMMIT", new SQLException("unknown", "HY000", 20638));
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			for (int attempt = 0; attempt < 2; attempt++) {
				assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class).isThrownBy(connection::commit);
			}
			assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class)
				.isThrownBy(() -> statement.execute("SELECT 1"));
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT", "ROLLBACK");
	}

	@ParameterizedTest
	@ValueSource(strings = { INSERT, "COMMIT" })
	void saysThatTheOutcomeIsUnknownOfAStatementThatCommits(String sql) throws SQLException {
		SQLException failure = new SQLRecoverableException("gone", "08S01");
		this.driver.failures.put(sql, failure);
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			if (sql.equals("COMMIT")) {
				statement.execute("BEGIN");
			}
			assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class).isThrownBy(() -> statement.execute(sql))
				.withCause(failure);
		}
	}

	@Test
	void leavesTheErrorsOfReadsAndOfStatementsInATransactionAsTheyAre() throws SQLException {
		SQLException failure = new SQLException("stream closed", "HY000", 20503);
		this.driver.failures.put("SELECT 1", failure);
		this.driver.failures.put(INSERT, failure);
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 1"))
				.isSameAs(failure);
			connection.setAutoCommit(false);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute(INSERT)).isSameAs(failure);
		}
	}

	private void assertOutcomeUnknown(SQLException failure) throws SQLException {
		this.driver.failures.put("COMMIT", failure);
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
			assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class).isThrownBy(connection::commit)
				.withCause(failure)
				.satisfies((ex) -> {
					assertThat(ex.getErrorCode()).isEqualTo(failure.getErrorCode());
					assertThat(ex.getSQLState()).isEqualTo(failure.getSQLState());
				});
			connection.rollback();
			assertThat(connection.unwrap(MatrixOneConnection.class).lastOutcome())
				.isEqualTo(TransactionOutcome.UNKNOWN);
		}
	}

	@Test
	void leavesAnotherServerAlone() throws SQLException {
		this.driver.version = "8.4.0";
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(connection.isWrapperFor(MatrixOneConnection.class)).isFalse();
			connection.setAutoCommit(false);
		}
		assertThat(this.driver.sent).containsExactly("setAutoCommit(false)");
	}

	@Test
	void beginsWhereThePoolHasTurnedAutocommitOff() throws SQLException {
		this.driver.autoCommit = false;
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			assertThat(connection.getAutoCommit()).isFalse();
			statement.execute(INSERT);
			connection.commit();
			connection.setAutoCommit(true);
			statement.execute(INSERT);
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT", "setAutoCommit(true)", INSERT);
	}

	@Test
	void beginsAnewAfterASetThatEndedATransactionOfReads() throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute("SET @a = 1");
			statement.execute("SELECT 1");
			statement.execute("SET @a = 2");
			statement.execute(INSERT);
			assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, () -> statement.execute("SET @a = 3"));
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("SET @a = 1", "SELECT 1", "SET @a = 2", "BEGIN", INSERT, "COMMIT",
				"SET @a = ?");
	}

	@Test
	void beginsWithTheFirstStatementThatIsMoreThanARead() throws SQLException {
		for (String first : List.of(INSERT, "SELECT 1 FROM item FOR UPDATE", "SELECT nextval('s')", "SELECT f(1)",
				"SELECT @a", "DROP TABLE item")) {
			this.driver.sent.clear();
			try (Connection connection = begin(); Statement statement = connection.createStatement()) {
				statement.execute("SELECT 1");
				statement.execute(first);
				statement.execute("SELECT 2");
				connection.commit();
			}
			assertThat(this.driver.sent).containsExactly("SELECT 1", "BEGIN", first, "SELECT 2", "COMMIT");
		}
	}

	@Test
	void saysWhyThereAreNoNestedTransactions() {
		TransactionTemplate nested = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		assertThatExceptionOfType(CannotCreateTransactionException.class)
			.isThrownBy(() -> new TransactionTemplate(nested.getTransactionManager())
				.executeWithoutResult((status) -> nested.executeWithoutResult((inner) -> {
				})))
			.havingRootCause()
			.withMessageContaining("PROPAGATION_REQUIRES_NEW");
	}

	@Test
	void beginsNothingForReads() throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
			connection.commit();
			statement.execute("SELECT 2");
			connection.rollback();
			statement.execute("SELECT 3");
		}
		assertThat(this.driver.sent).containsExactly("SELECT 1", "SELECT 2", "SELECT 3");
	}

	@Test
	void beginsWithAReadWhereTheRowsCanBeChangedInPlace() throws SQLException {
		try (Connection connection = begin();
				Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY,
						ResultSet.CONCUR_UPDATABLE)) {
			statement.execute("SELECT 1");
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", "SELECT 1", "COMMIT");
	}

	@Test
	void rollsBackATransactionThatWasBegunAsTextAndLeftOpen() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("BEGIN");
			statement.execute(INSERT);
			assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, () -> statement.execute("BEGIN"));
		}
		assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
	}

	@Test
	void putsTheDatabaseBackAfterAUseStatement() throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			statement.execute("USE other");
			statement.execute(INSERT);
			MatrixOneConnection matrixOne = connection.unwrap(MatrixOneConnection.class);
			assertThat(matrixOne.currentDatabase()).isEqualTo(DatabaseName.of("other"));
			assertThat(matrixOne.activity().hasWritten(TableName.of("other", "item"))).isTrue();
			assertThat(matrixOne.activity().hasModified(TableName.of("shop", "other_table"))).isFalse();
			connection.commit();
		}
		assertThat(this.driver.sent).containsExactly("USE other", "BEGIN", INSERT, "COMMIT", "USE `shop`");
	}

	@Test
	void knowsWhichTablesWereWrittenAndWhichModified() throws SQLException {
		TableName item = TableName.of("shop", "item");
		TableName other = TableName.of("shop", "other");
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			TransactionHistory activity = connection.unwrap(MatrixOneConnection.class).activity();
			statement.execute("SELECT 1");
			assertThat(activity.hasWritten()).isFalse();
			statement.execute(INSERT);
			assertThat(activity.hasWritten()).isTrue();
			assertThat(activity.hasWritten(item)).isTrue();
			assertThat(activity.hasModified(item)).isFalse();
			statement.execute("UPDATE shop.other SET a = 1");
			assertThat(activity.hasModified(other)).isTrue();
			assertThat(activity.hasModified(item)).isFalse();
			statement.execute("DO something()");
			assertThat(activity.hasModified(item)).isTrue();
			connection.rollback();
			assertThat(activity.hasWritten()).isFalse();
			assertThat(activity.hasModified(other)).isFalse();
		}
	}

	@Test
	void seesPreparedStatementsAndBatches() throws SQLException {
		try (Connection connection = begin();
				PreparedStatement prepared = connection.prepareStatement("DELETE FROM item WHERE id = ?");
				Statement statement = connection.createStatement()) {
			TransactionHistory activity = connection.unwrap(MatrixOneConnection.class).activity();
			prepared.addBatch();
			assertThat(activity.hasWritten()).isFalse();
			prepared.executeBatch();
			assertThat(activity.hasModified(TableName.of("shop", "item"))).isTrue();
			statement.addBatch("SET @a = 1");
			assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, statement::executeBatch);
		}
	}

	@Test
	void countsAnUpdatableResultSetAsAWriteOfAnyTable() throws SQLException {
		try (Connection connection = begin();
				Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY,
						ResultSet.CONCUR_UPDATABLE)) {
			statement.execute("SELECT * FROM item");
			assertThat(connection.unwrap(MatrixOneConnection.class).activity().hasModified()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 'a", "// x\nSET a = 1", "/*!begin" })
	void refusesATextThatMayHideSomething(String sql) throws SQLException {
		try (Connection connection = begin(); Statement statement = connection.createStatement()) {
			assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, () -> statement.execute(sql));
		}
		assertThat(this.driver.sent).isEmpty();
	}

	private static void insert(Connection connection) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(INSERT);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitBriefly(CountDownLatch latch) {
		try {
			latch.await(200, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Connection begin() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		return connection;
	}

	private static org.assertj.core.api.ThrowableAssertAlternative<StatementRefusedException> assertRefused(
			Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		return assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(reason));
	}

}
