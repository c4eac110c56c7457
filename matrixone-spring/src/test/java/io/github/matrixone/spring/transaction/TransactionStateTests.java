package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownSQLException;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatObject;

/**
 * What a connection has to send besides its user's statements, and which of these are
 * refused, whichever way they travel.
 */
class TransactionStateTests {

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final String LEVEL = "SELECT @@session.transaction_isolation";

	private static final SQLException REFUSED = new SQLException("duplicate", "23000", 1062);

	private static final SQLException DEADLOCK = new SQLException("deadlock", "40001", 20701);

	private static final SQLException GONE = new SQLNonTransientConnectionException("gone", "08S01");

	private final List<String> sent = new ArrayList<>();

	private final Map<String, String> answers = new HashMap<>();

	private final TransactionState state = state(DatabaseName.of("shop"));

	@BeforeEach
	void beginATransaction() {
		this.answers.put(LEVEL, "READ-COMMITTED");
		this.state.setAutoCommit(false);
	}

	@Test
	void sendsNothingOfItsOwnWhereEachStatementIsCommittedByItself() throws SQLException {
		this.state.setAutoCommit(true);
		send(INSERT, "SELECT 1", "SET @a = 1", "DELETE FROM item");
		assertThat(this.sent).containsExactly(INSERT, "SELECT 1", "SET @a = 1", "DELETE FROM item");
		assertThat(this.state.isInTransaction()).isFalse();
		assertThat(this.state.activity().hasWritten()).isFalse();
	}

	@Test
	void beginsWithTheFirstStatementThatIsMoreThanARead() throws SQLException {
		send("SELECT 1");
		assertThat(this.state.isBegun()).isFalse();
		send(INSERT, "SELECT 2");
		assertThat(this.state.isBegun()).isTrue();
		assertThat(this.sent).containsExactly(LEVEL, "SELECT 1", "BEGIN", INSERT, "SELECT 2");
	}

	@Test
	void beginsWithTheFirstReadWhereThatFixesWhatIsRead() throws SQLException {
		this.answers.put(LEVEL, "SERIALIZABLE");
		send("SELECT 1", "SELECT 2");
		assertThat(this.sent).containsExactly(LEVEL, "BEGIN", "SELECT 1", "SELECT 2");
	}

	@Test
	void beginsWithAReadWhoseRowsCanBeChangedAndTakesThemForChanged() throws SQLException {
		sendUpdatable("SELECT * FROM item");
		assertThat(this.sent).containsExactly("BEGIN", "SELECT * FROM item");
		assertThat(this.state.activity().hasModified(TableName.of("shop", "item"))).isTrue();
	}

	@Test
	void beginsNothingForALookUpThatTheServerRefusesInATransaction() throws SQLException {
		send("SHOW SNAPSHOTS");
		assertThat(this.sent).doesNotContain("BEGIN");
		send(INSERT);
		assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, "SHOW SNAPSHOTS");
	}

	@Test
	void beginsForAJournalThatItsUserDoesNotWriteTo() throws SQLException {
		run(this.state.beforeJournal());
		assertThat(this.sent).containsExactly("BEGIN");
		assertThat(this.state.activity().hasWritten()).isFalse();
		assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, "SET @a = 1");
	}

	@Test
	void endsATransactionOfReadsBeforeASetThatWouldEndIt() throws SQLException {
		this.answers.put(LEVEL, "SERIALIZABLE");
		send("SELECT 1", "SET @a = 1", "SELECT 2");
		assertThat(this.sent).containsExactly(LEVEL, "BEGIN", "SELECT 1", "COMMIT", "SET @a = 1", "BEGIN", "SELECT 2");
	}

	@Test
	void goesOnAfterASetInATransactionThatWasBegunAsText() throws SQLException {
		this.state.setAutoCommit(true);
		send("BEGIN", "SET @a = 1", INSERT);
		assertThat(this.sent).containsExactly("BEGIN", "COMMIT", "SET @a = 1", "BEGIN", INSERT);
		assertThat(this.state.isInTransaction()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { INSERT, "SELECT * FROM item FOR UPDATE" })
	void refusesASetThatWouldGiveAwayWhatTheTransactionHolds(String held) throws SQLException {
		send(held);
		assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, "SET @a = 1");
		send("SELECT 1");
		assertThat(this.sent).containsExactly("BEGIN", held, "SELECT 1");
	}

	@Test
	void checksATextOfSeveralStatementsBeforeAnyIsSent() throws SQLException {
		assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, INSERT + "; SET @a = 1");
		assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, INSERT + "; CREATE TABLE copy CLONE item");
		assertThat(this.sent).isEmpty();
		assertThat(this.state.activity().hasWritten()).isFalse();
		send(INSERT + "; DELETE FROM other");
		assertThat(this.sent).containsExactly("BEGIN", INSERT + "; DELETE FROM other");
		assertThat(this.state.activity().hasModified(TableName.of("shop", "other"))).isTrue();
		assertThat(this.state.activity().hasModified(TableName.of("shop", "item"))).isFalse();
	}

	@Test
	void refusesWritesOfAReadOnlyTransaction() throws SQLException {
		this.state.setReadOnly(true);
		assertRefused(Reason.READ_ONLY, INSERT);
		assertThatNoException().isThrownBy(() -> send("SELECT 1"));
	}

	@Test
	void doesNotBecomeReadOnlyAfterAWrite() throws SQLException {
		send(INSERT);
		assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> this.state.setReadOnly(true));
		assertThat(this.state.isReadOnly()).isFalse();
		assertThatNoException().isThrownBy(() -> this.state.setReadOnly(false));
	}

	@Test
	void refusesALevelThatTheServerDoesNotHave() {
		assertThatExceptionOfType(StatementRefusedException.class)
			.isThrownBy(() -> this.state.requireIsolation("SERIALIZABLE"))
			.withMessageContaining("SERIALIZABLE");
	}

	@Test
	void sendsOnlyTheRollbackOfATransactionThatTheServerHasDropped() throws SQLException {
		send(INSERT);
		assertThatObject(this.state.failed(DEADLOCK)).isSameAs(DEADLOCK);
		assertThat(this.state.isLost()).isTrue();
		assertThat(this.state.endsWithConnection()).isFalse();
		assertRefused(Reason.TRANSACTION_LOST, "SELECT 1");
		assertRefused(Reason.TRANSACTION_LOST, "COMMIT");
		assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(this.state::requireNotLost)
			.withCause(DEADLOCK);
		send("ROLLBACK");
		this.state.ended(TransactionOutcome.ROLLED_BACK);
		assertThat(this.state.isLost()).isFalse();
		send("SELECT 1");
		assertThat(this.sent).containsExactly("BEGIN", INSERT, "ROLLBACK", LEVEL, "SELECT 1");
	}

	@Test
	void goesOnAfterAnErrorThatLeavesTheTransactionWhole() throws SQLException {
		send(INSERT);
		assertThatObject(this.state.failed(REFUSED)).isSameAs(REFUSED);
		assertThat(this.state.isLost()).isFalse();
		assertThatNoException().isThrownBy(() -> send("SELECT 1"));
	}

	@Test
	void leavesTheRollbackToTheServerWhereTheConnectionHasFailed() throws SQLException {
		send(INSERT);
		this.state.failed(GONE);
		assertThat(this.state.endsWithConnection()).isTrue();
		assertThat(this.state.rollbackOutcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
	}

	@Test
	void losesNothingWhereNothingWasBegun() throws SQLException {
		this.state.failed(DEADLOCK);
		this.state.lost(GONE);
		assertThat(this.state.isLost()).isFalse();
		send(INSERT);
		this.state.lost(GONE);
		assertThat(this.state.isLost()).isTrue();
	}

	@Test
	void takesACommitThatWasRefusedForRolledBack() throws SQLException {
		send(INSERT);
		assertThatObject(this.state.commitFailed(REFUSED)).isSameAs(REFUSED);
		assertThat(this.state.rollbackOutcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
	}

	@Test
	void doesNotTakeACommitWithoutAnAnswerForRolledBack() throws SQLException {
		send(INSERT);
		assertThatObject(this.state.commitFailed(GONE)).isInstanceOfSatisfying(CommitOutcomeUnknownSQLException.class,
				(ex) -> assertThat(ex.getCause()).isSameAs(GONE));
		assertThat(this.state.lastOutcome()).isEqualTo(TransactionOutcome.UNKNOWN);
		assertThat(this.state.rollbackOutcome()).isEqualTo(TransactionOutcome.UNKNOWN);
		assertThatExceptionOfType(CommitOutcomeUnknownSQLException.class).isThrownBy(() -> send("SELECT 1"));
	}

	@Test
	void tellsOfAStatementThatCommitsByItselfWhetherItMayHaveBeenCarriedOut() throws SQLException {
		this.state.setAutoCommit(true);
		about(INSERT);
		assertThatObject(this.state.failed(GONE)).isInstanceOf(CommitOutcomeUnknownSQLException.class);
		about(INSERT);
		assertThatObject(this.state.failed(REFUSED)).isSameAs(REFUSED);
		about("SELECT 1");
		assertThatObject(this.state.failed(GONE)).isSameAs(GONE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "COMMIT", "ROLLBACK" })
	void knowsThatATextHasEndedTheTransaction(String text) throws SQLException {
		send(INSERT);
		TransactionOutcome outcome = send(text);
		assertThat(outcome)
			.isEqualTo(text.equals("COMMIT") ? TransactionOutcome.COMMITTED : TransactionOutcome.ROLLED_BACK);
		this.state.ended(outcome);
		assertThat(this.state.lastOutcome()).isEqualTo(outcome);
		assertThat(this.state.hasEnded()).isTrue();
		assertThat(this.state.activity().hasWritten()).isFalse();
		send(INSERT);
		assertThat(this.state.hasEnded()).isFalse();
		assertThat(this.sent).containsExactly("BEGIN", INSERT, text, "BEGIN", INSERT);
	}

	@Test
	void knowsThatATextHasBegunAnotherTransaction() throws SQLException {
		this.state.setAutoCommit(true);
		assertThat(send("BEGIN; " + INSERT + "; COMMIT")).isEqualTo(TransactionOutcome.COMMITTED);
		this.state.ended(TransactionOutcome.COMMITTED);
		assertThat(send("BEGIN; COMMIT; BEGIN")).isNull();
	}

	@Test
	void knowsTheCurrentDatabaseUnlessAUseIsUnderWay() throws SQLException {
		assertThat(this.state.currentDatabase()).isEqualTo(DatabaseName.of("shop"));
		assertThat(this.state.hasLeftInitialDatabase()).isFalse();
		List<SqlStatement> use = about("USE other");
		assertThat(this.state.currentDatabase()).isNull();
		this.state.after(use);
		assertThat(this.state.currentDatabase()).isEqualTo(DatabaseName.of("other"));
		assertThat(this.state.hasLeftInitialDatabase()).isTrue();
		send("DELETE FROM item");
		assertThat(this.state.activity().hasModified(TableName.of("other", "item"))).isTrue();
		assertThat(this.state.activity().hasModified(TableName.of("shop", "item"))).isFalse();
		this.state.useUndone();
		assertThat(this.state.currentDatabase()).isEqualTo(DatabaseName.of("shop"));
	}

	@Test
	void takesEveryTableForChangedWhereItsDatabaseIsNotKnown() throws SQLException {
		TransactionState state = state(null);
		state.setAutoCommit(false);
		List<SqlStatement> delete = SqlStatement.parse("DELETE FROM item");
		run(state.before(delete, false, TransactionState.NO_LIMIT, StatementRows.UNKNOWN));
		assertThat(state.activity().hasModified(TableName.of("any", "table"))).isTrue();
	}

	@Test
	void refusesALiveCloneAfterAWriteThatWasNotSeen() throws SQLException {
		this.state.writtenUnseen();
		assertRefused(Reason.UNCOMMITTED_CHANGES, "CREATE TABLE copy CLONE item");
	}

	@Test
	void refusesALiveCloneOfATableThatAChangeReachesByItsForeignKey() throws SQLException {
		send("DELETE FROM parent", "CREATE TABLE copy CLONE other");
		this.answers.put(cascadesTo("child"), "1");
		assertRefused(Reason.UNCOMMITTED_CHANGES, "CREATE TABLE copy_2 CLONE child");
		assertThat(this.sent).endsWith(cascadesTo("other"), "CREATE TABLE copy CLONE other", cascadesTo("child"));
	}

	@Test
	void refusesAChangeThatReachesItsOwnCloneByAForeignKey() throws SQLException {
		send("CREATE TABLE copy CLONE item", "DELETE FROM parent");
		assertThat(this.sent).containsExactly("BEGIN", "CREATE TABLE copy CLONE item", cascadesTo("copy"),
				"DELETE FROM parent");
		this.answers.put(cascadesTo("copy"), "1");
		assertRefused(Reason.NOT_ALLOWED_IN_TRANSACTION, "DELETE FROM parent");
	}

	private static TransactionState state(DatabaseName initialDatabase) {
		TransactionStateFactory states = new TransactionStateFactory();
		states.setSerializeLockUpgrades(false);
		return states.create(StatementRules.forServer(), () -> initialDatabase);
	}

	private static String cascadesTo(String table) {
		return text(SqlText.cascadesTo(TableName.of("shop", table)));
	}

	private static String text(SqlText sql) {
		return sql.arguments().isEmpty() ? sql.sql() : sql.sql() + ' ' + sql.arguments();
	}

	/**
	 * Send texts as a connection does.
	 * @return how the last one has ended the transaction, or {@code null}
	 */
	private TransactionOutcome send(String... texts) throws SQLException {
		TransactionOutcome outcome = null;
		for (String text : texts) {
			List<SqlStatement> statements = about(text);
			this.sent.add(text);
			outcome = this.state.after(statements);
		}
		return outcome;
	}

	private void sendUpdatable(String text) throws SQLException {
		run(this.state.before(SqlStatement.parse(text), true, TransactionState.NO_LIMIT, StatementRows.UNKNOWN));
		this.sent.add(text);
	}

	/**
	 * Do what is due before a text is sent.
	 */
	private List<SqlStatement> about(String text) throws SQLException {
		List<SqlStatement> statements = SqlStatement.parse(text);
		run(this.state.before(statements, false, TransactionState.NO_LIMIT, StatementRows.UNKNOWN));
		return statements;
	}

	private void run(Preparation preparation) throws SQLException {
		for (PreparatoryStatement step = preparation.next(); step != null; step = preparation.next()) {
			String text = text(step.sql());
			if (!text.equals(ScriptedDriver.REFERENCED) && !ScriptedDriver.LOCKS.matcher(text).matches()) {
				this.sent.add(text);
			}
			step.answer()
				.accept(this.answers.containsKey(text)
						? new Rows(List.of("answer"), List.of(List.of(this.answers.get(text)))) : Rows.NONE);
		}
	}

	private void assertRefused(Reason reason, String text) {
		assertThatExceptionOfType(StatementRefusedException.class).isThrownBy(() -> send(text))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(reason));
	}

}
