package io.github.matrixone.spring.contract.fuzz;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.contract.fuzz.StatementGrammar.GeneratedStatement;
import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SqlStatement;
import io.github.matrixone.spring.sql.SqlStatement.Kind;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.Preparation;
import io.github.matrixone.spring.transaction.PreparatoryStatement;
import io.github.matrixone.spring.transaction.StatementRows;
import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionHistory;
import io.github.matrixone.spring.transaction.TransactionOutcome;
import io.github.matrixone.spring.transaction.TransactionState;
import io.github.matrixone.spring.transaction.TransactionStateFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is concluded from statements whose effect is known by the way they were made.
 */
class ClassifierFuzzTests {

	private static final DatabaseName DATABASE = DatabaseName.of(StatementGrammar.DATABASE);

	@Property(tries = 50_000)
	void seesWhatAStatementDoesWhateverStandsBetweenItsWords(@ForAll("statements") GeneratedStatement generated) {
		assertSees(parse(generated.sql()), generated);
		assertSees(parse(SqlStatement.ordered(generated.sql(), SqlStatement.parse(generated.sql()))), generated);
	}

	@Property(tries = 20_000)
	void seesItOrNothingWhereMatrixOneAndMySqlDiffer(@ForAll("unusualStatements") GeneratedStatement generated) {
		List<SqlStatement> statements = parse(generated.sql());
		if (statements.stream().noneMatch((statement) -> statement.kind() == Kind.UNREADABLE)) {
			assertSees(statements, generated);
		}
	}

	@Property(tries = 5_000)
	void seesEachOfSeveralStatements(@ForAll("statements") GeneratedStatement first,
			@ForAll("statements") GeneratedStatement second, @ForAll("statements") GeneratedStatement third) {
		String text = Stream.of(first, second, third).map(GeneratedStatement::sql).collect(Collectors.joining("\n;\n"));
		assertSees(parse(text), first, second, third);
	}

	@Property(tries = 20_000)
	void doesNotLetATransactionLoseSightOfAWriteOrLock(@ForAll("anyStatements") GeneratedStatement generated)
			throws SQLException {
		TransactionState state = transaction(false);
		send(state, "INSERT INTO earlier VALUES (1)");
		List<SqlStatement> statements = SqlStatement.parse(generated.sql());
		boolean refused = isRefused(state, generated.sql());
		TransactionHistory activity = state.activity();
		TableName table = (generated.table() != null) ? generated.table().qualifiedBy(DATABASE) : null;
		switch (generated.kind()) {
			case READ -> assertThat(activity.hasModified()).isFalse();
			case UNCERTAIN_READ -> assertThat(refused || state.isBegun()).isTrue();
			case LOCKING_READ, LOCKING_FUNCTION -> assertThat(refused || isRefused(state, "SET @x = 1")).isTrue();
			case INSERT -> assertThat(refused || activity.hasWritten(table)).isTrue();
			case MODIFY, TRUNCATE -> assertThat(refused || ((table != null) ? activity.hasModified(table)
					: activity.hasModified(TableName.of("any", "other"))))
				.isTrue();
			case OTHER -> assertThat(refused || activity.hasModified(TableName.of("any", "other"))).isTrue();
			case COMMIT -> assertThat(refused || state.after(statements) == TransactionOutcome.COMMITTED).isTrue();
			case ROLLBACK -> assertThat(refused || state.after(statements) == TransactionOutcome.ROLLED_BACK).isTrue();
			case USE -> assertThat(refused || state.currentDatabase() == null).isTrue();
			case CREATE_TABLE -> assertThat(refused || activity.hasWritten(table)).isTrue();
			case CLONE_TABLE, CLONE_TABLE_AT, CLONE_DATABASE_AT -> assertThat(refused || activity.hasCloned()).isTrue();
			case CREATE_DATABASE, CREATE_OTHER -> assertThat(refused || activity.hasWritten()).isTrue();
			case BRANCH_MERGE -> assertThat(refused || activity.hasModified(TableName.of("any", "other"))).isTrue();
			default -> assertThat(refused).isTrue();
		}
	}

	@Property(tries = 10_000)
	void refusesALiveCloneOfWhatWasModified(@ForAll("anyStatements") GeneratedStatement modification,
			@ForAll("anyStatements") GeneratedStatement clone) throws SQLException {
		TransactionState state = transaction(false);
		boolean refused = isRefused(state, modification.sql());
		boolean modifies = modification.kind() == Kind.MODIFY || modification.kind() == Kind.OTHER;
		boolean sameTable = modification.table() == null || (clone.table() != null
				&& modification.table().qualifiedBy(DATABASE).equals(clone.table().qualifiedBy(DATABASE)));
		if (!refused && modifies && clone.kind() == Kind.CLONE_TABLE && sameTable) {
			assertThat(isRefused(state, clone.sql())).isTrue();
		}
	}

	@Property(tries = 10_000)
	void sendsAPlainReadOfAReadOnlyTransactionAsItIs(@ForAll("statements") GeneratedStatement generated)
			throws SQLException {
		TransactionState state = transaction(true);
		boolean refused = isRefused(state, generated.sql());
		switch (generated.kind()) {
			case READ -> assertThat(refused || state.isBegun()).isFalse();
			case UNCERTAIN_READ, LOCKING_READ, LOCKING_FUNCTION -> assertThat(!refused && state.isBegun()).isTrue();
			case SHOW_SNAPSHOTS, USE, COMMIT, ROLLBACK -> assertThat(refused).isFalse();
			case SET -> assertThat(refused).isNotEqualTo(changesWhatIsCertain(generated.sql()));
			default -> assertThat(refused).isTrue();
		}
	}

	private static boolean changesWhatIsCertain(String sql) {
		return SqlStatement.parse(sql)
			.stream()
			.allMatch((statement) -> statement.sessionChange() != null && statement.sessionChange().certain());
	}

	@Provide
	Arbitrary<GeneratedStatement> statements() {
		return Arbitraries.randomValue((random) -> new StatementGrammar(random.nextLong(), false).any());
	}

	@Provide
	Arbitrary<GeneratedStatement> unusualStatements() {
		return Arbitraries.randomValue((random) -> new StatementGrammar(random.nextLong(), true).any());
	}

	@Provide
	Arbitrary<GeneratedStatement> anyStatements() {
		return Arbitraries.oneOf(statements(), unusualStatements());
	}

	/**
	 * Which table a locking read locks is not always seen, but never another one.
	 */
	private static void assertSees(List<SqlStatement> statements, GeneratedStatement... generated) {
		assertThat(statements).hasSameSizeAs(generated);
		for (int i = 0; i < generated.length; i++) {
			SqlStatement seen = statements.get(i);
			boolean unseen = generated[i].kind() == Kind.LOCKING_READ && seen.table() == null;
			assertThat(seen).isEqualTo(new SqlStatement(generated[i].kind(), unseen ? null : generated[i].table(),
					false, null, null, null, false, false, null, false, seen.limitsWithoutOrder(), seen.change()));
		}
	}

	/**
	 * Parse a text and leave out what is not known of the generated statements. None of
	 * them writes at a time hint.
	 */
	private static List<SqlStatement> parse(String sql) {
		List<SqlStatement> statements = SqlStatement.parse(sql);
		assertThat(statements)
			.noneMatch((statement) -> statement.writesAtHint() && statement.kind() != Kind.UNREADABLE);
		return statements.stream()
			.map((statement) -> new SqlStatement(statement.kind(), statement.table(), statement.ifNotExists()))
			.toList();
	}

	private static TransactionState transaction(boolean readOnly) throws SQLException {
		TransactionStateFactory states = new TransactionStateFactory();
		states.setSerializeLockUpgrades(false);
		states.setReadCommitted();
		TransactionState state = states.create(StatementRules.forServer(), () -> DATABASE);
		state.setAutoCommit(false);
		state.setReadOnly(readOnly);
		return state;
	}

	private static boolean isRefused(TransactionState state, String sql) throws SQLException {
		try {
			send(state, sql);
			return false;
		}
		catch (StatementRefusedException ex) {
			return true;
		}
	}

	private static void send(TransactionState state, String sql) throws SQLException {
		Preparation preparation = state.before(SqlStatement.parse(sql), false, TransactionState.NO_LIMIT,
				StatementRows.UNKNOWN);
		for (PreparatoryStatement next = preparation.next(); next != null; next = preparation.next()) {
			next.answer().accept(Rows.NONE);
		}
	}

}
