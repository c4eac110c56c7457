package io.github.matrixone.spring.dao;

import java.sql.SQLException;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;

import static org.assertj.core.api.Assertions.assertThat;

class MatrixOneExceptionTranslatorTests {

	private final MatrixOneExceptionTranslator translator = new MatrixOneExceptionTranslator();

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					20101 | internal error: snapshot s already exists | SnapshotAlreadyExistsException
					20101 | internal error: snapshot s does not exist | SnapshotNotFoundException
					20101 | internal error: find 0 snapshot records by name(s), expect only 1 | SnapshotNotFoundException
					20101 | internal error: database-level snapshot(s) does not belong to the database(d) | SnapshotScopeMismatchException
					20101 | internal error: databaseName(x) does not match snapshot.databaseName(y) | SnapshotScopeMismatchException
					20101 | internal error: cannot use a table-level snapshot to clone cluster/account/database | SnapshotScopeMismatchException
					20101 | internal error: can't restore table from other account's snapshot | SnapshotScopeMismatchException
					20101 | internal error: can't restore account from db or table level snapshot | SnapshotScopeMismatchException
					20101 | internal error: database d does not exist | DatabaseNotFoundException
					20101 | internal error: table d.t does not exist | TableNotFoundException
					20101 | internal error: table t not exists at snapshot s | TableNotFoundException
					20101 | internal error: pitr p already exists | PitrAlreadyExistsException
					20101 | internal error: pitr snapshot already exists | PitrAlreadyExistsException
					20101 | internal error: snapshot pitr already exists | SnapshotAlreadyExistsException
					20101 | internal error: database `d` already has a pitr | PitrAlreadyExistsException
					20101 | internal error: cluster level pitr already exists | PitrAlreadyExistsException
					20101 | internal error: pitr p does not exist | PitrNotFoundException
					20101 | internal error: pitr p is not allowed to restore database d | PitrScopeMismatchException
					20101 | internal error: restore level table is not allowed for database restore | PitrScopeMismatchException
					20101 | internal error: can not restore account a by pitr p | PitrScopeMismatchException
					20101 | internal error: input timestamp 2026-01-01 00:00:00 is less than the pitr valid time 2026-01-02 00:00:00 | OutsideRecoveryWindowException
					20101 | internal error: input timestamp 2026-01-01 00:00:00 is bigger than now timestamp 2025-01-02 00:00:00 | OutsideRecoveryWindowException
					20101 | internal error: database 'd' does not exists at timestamp: 2026-01-01 00:00:00 | DatabaseNotFoundException
					20101 | internal error: database 'd' table 't' does not exists at timestamp: 2026-01-01 00:00:00 | TableNotFoundException
					20101 | internal error: do not have privilege to execute the statement | MissingPrivilegeException
					20101 | internal error: only sys tenant can create cluster level snapshot | MissingPrivilegeException
					20101 | internal error: unclassified statement appears in uncommitted transaction | NotAllowedInTransactionException
					20101 | internal error: administrative command is unsupported in transactions | NotAllowedInTransactionException
					20101 | internal error: savepoint has not been implemented yet | UnsupportedByServerException
					20101 | internal error: clone table between different accounts need a snapshot | UnsupportedByServerException
					20101 | internal error: Cannot add or update a child row: a foreign key constraint fails | DataIntegrityViolationException
					20101 | internal error: no such account, account name: a | InvalidDataAccessResourceUsageException
					20101 | internal error: invalid input | InvalidDataAccessResourceUsageException
					20101 | internal error: Cannot delete or update a parent row: a foreign key constraint fails | DataIntegrityViolationException
					20101 | internal error: can not truncate table 't' referenced by some foreign key constraint | DataIntegrityViolationException
					20301 | invalid input: invalid default value for column 'name' | DataIntegrityViolationException
					20301 | invalid input: 12345.67 beyond the range, can't be converted to Decimal64(5,2). | DataIntegrityViolationException
					20101 | internal error: Can't cast 'abc' to VARBINARY type. Src length 3 is larger than Dest length 2 | DataIntegrityViolationException
					1105  | context canceled | QueryTimeoutException
					1007  | database d already exists | CloneTargetExistsException
					1050  | table t already exists | CloneTargetExistsException
					1064  | SQL parser error: table d-t does not exist | TableNotFoundException
					1049  | Unknown database d | DatabaseNotFoundException
					""")
	void translatesTheServersErrors(int code, String message, String expected) {
		String sql = "CREATE TABLE x CLONE y";
		SQLException ex = new SQLException(message, "HY000", code);
		DataAccessException translated = translate(sql, ex);
		assertThat(translated.getClass().getSimpleName()).isEqualTo(expected);
		assertThat(translated).hasCause(ex).hasMessageContaining(message);
		if (translated instanceof SqlError error) {
			assertThat(error.getErrorCode()).isEqualTo(code);
			assertThat(error.getSqlState()).isEqualTo("HY000");
			assertThat(error.getSql()).isEqualTo(sql);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			1048, 1217, 1264, 1365, 1406, 1451, 1452, 1690, 3819     | DataIntegrityViolationException
			1062, 20305, 20617, 20623                                | DuplicateKeyException
			1205, 20701, 20709                                       | CannotAcquireLockException
			20702, 20703, 20704, 20706, 20707                        | PessimisticLockingFailureException
			20601, 20603, 20618, 20619, 20622                        | OptimisticLockingFailureException
			20628, 20629, 20630, 20631, 20632                        | ConcurrencyFailureException
			20106, 20500, 20502, 20503, 20504, 20505, 20506, 20507   | TransientDataAccessResourceException
			20508, 20634, 20635, 20705, 20708                        | TransientDataAccessResourceException
			20102, 20105, 20301, 20600, 20602, 20611, 20612          | InvalidDataAccessResourceUsageException
			1317, 3024                                               | QueryTimeoutException
			3015                                                     | DataAccessResourceFailureException
			20638                                                    | CommitOutcomeUnknownException
			""")
	void goesByTheCode(String codes, String expected) {
		for (String code : codes.split(", ")) {
			SQLException ex = new SQLException("message", "HY000", Integer.parseInt(code));
			DataAccessException translated = translate("UPDATE t SET a = 1", ex);
			assertThat(translated.getClass().getSimpleName()).as(code).isEqualTo(expected);
			assertThat(translated).hasCause(ex).hasMessageContaining("message");
		}
	}

	@ParameterizedTest
	@CsvSource({ "CREATE TABLE `shop`.`copy` CLONE `shop`.`item`,false",
			"CREATE TABLE `shop`.`copy` CLONE `shop`.`old.item`,true" })
	void tellsOfADotWhereANameHasOne(String sql, boolean told) {
		SQLException ex = new SQLException("SQL parser error: table shop-item does not exist", "HY000", 1064);
		assertThat(translate(sql, ex)).isInstanceOf(TableNotFoundException.class)
			.extracting(Throwable::getMessage)
			.matches((message) -> message.contains("the name contains a dot") == told);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1050, 1054, 1060, 1061, 1064, 1067, 1068, 1069, 1070, 1072, 1090, 1091, 1101, 1110, 1113,
			1136, 1146, 1149, 1166, 1171, 1172, 1176, 1222, 1241, 1242, 1248, 1280, 1426, 1461 })
	void knowsBadSqlAlsoFromADriverThatDoesNotTellTheState(int code) {
		SQLException ex = new SQLException("message", "HY000", code);
		assertThat(translate("SELECT 1", ex)).isExactlyInstanceOf(BadSqlGrammarException.class).hasCause(ex);
	}

	/**
	 * JDBC's connections give an error the class and state of MySQL before it is
	 * translated, those of R2DBC do not.
	 */
	@ParameterizedTest
	@EnumSource
	void makesTheSameOfAnErrorWithAndWithoutTheStateOfMySql(MatrixOneError error) {
		SQLException ex = new SQLException("message", "HY000", error.code());
		DataAccessException translated = this.translator.translate("task", "UPDATE t SET a = 1", ex);
		DataAccessException ofMySql = this.translator.translate("task", "UPDATE t SET a = 1", MySqlErrors.of(ex));
		assertThat(className(translated)).isEqualTo(className(ofMySql));
	}

	private static @Nullable String className(@Nullable Object object) {
		return (object != null) ? object.getClass().getName() : null;
	}

	@Test
	void takesNoOtherCodeForAConflict() {
		assertThat(IntStream.rangeClosed(0, 25000).filter(this::isTransient)).containsExactly(1205, 1317, 3024, 20106,
				20500, 20502, 20503, 20504, 20505, 20506, 20507, 20508, 20601, 20603, 20618, 20619, 20622, 20628, 20629,
				20630, 20631, 20632, 20634, 20635, 20701, 20702, 20703, 20704, 20705, 20706, 20707, 20708, 20709);
	}

	private boolean isTransient(int code) {
		SQLException ex = new SQLException("message", "HY000", code);
		return this.translator.translate("test", "SELECT 1", ex) instanceof TransientDataAccessException;
	}

	@Test
	void keepsWhatTheServerHasSaidOfACommitOfUnknownOutcome() {
		SQLException ex = new SQLException("no available backend", "HY000", 20504);
		CommitOutcomeUnknownSQLException unknown = new CommitOutcomeUnknownSQLException("It is unknown", ex);
		assertThat(translate("COMMIT", unknown)).isInstanceOfSatisfying(CommitOutcomeUnknownException.class,
				(error) -> {
					assertThat(error.getErrorCode()).isEqualTo(20504);
					assertThat(error.getSqlState()).isEqualTo("HY000");
					assertThat(error.getSql()).isEqualTo("COMMIT");
					assertThat(error).hasMessageContaining("It is unknown").hasCause(unknown).hasRootCause(ex);
				});
	}

	@ParameterizedTest
	@CsvSource({ "UNCOMMITTED_CHANGES,UncommittedChangesException",
			"NOT_ALLOWED_IN_TRANSACTION,NotAllowedInTransactionException", "READ_ONLY,NotAllowedInTransactionException",
			"TRANSACTION_LOST,TransactionLostException", "UNSUPPORTED,UnsupportedByServerException" })
	void translatesRefusals(StatementRefusedException.Reason reason, String expected) {
		StatementRefusedException ex = new StatementRefusedException(reason, "refused because");
		assertThat(translate("BEGIN", ex).getClass().getSimpleName()).isEqualTo(expected);
		assertThat(translate("BEGIN", ex)).hasMessage("refused because").hasCause(ex);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			20101 | internal error: column 'x' not found in table
			20301 | invalid input: column x does not exist
			""")
	void takesAMissingColumnForBadGrammar(int code, String message) {
		SQLException ex = new SQLException(message, "HY000", code);
		assertThat(translate("SELECT x FROM t", ex)).isInstanceOf(BadSqlGrammarException.class).hasCause(ex);
	}

	@ParameterizedTest
	@CsvSource({ "S1009,InvalidDataAccessApiUsageException", "S1000,UncategorizedSQLException" })
	void takesNoErrorOfTheDriverForATransientOne(String state, String expected) {
		SQLException ex = new SQLException("No operations allowed after statement closed.", state);
		assertThat(translate("SELECT 1", ex).getClass().getSimpleName()).isEqualTo(expected);
	}

	@Test
	void leavesWhatItDoesNotKnowToTheCaller() {
		SQLException ex = new SQLException("internal error: something else", "HY000", 20101);
		assertThat(this.translator.translate("test", "SELECT 1", ex)).isNull();
	}

	@Test
	void takesAnExistingTableForACloneTargetOnlyWhereItIsOne() {
		SQLException ex = new SQLException("table t already exists", "42S01", 1050);
		assertThat(translate("CREATE TABLE t (id INT)", ex)).isNotInstanceOf(CloneTargetExistsException.class);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			CREATE SNAPSHOT s FOR ACCOUNT | accountadmin
			SELECT mo_ctl('dn', 'flush', 'd.t') | sys account
			SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ? | needs SELECT on mo_catalog.mo_snapshots
			SELECT * FROM mo_catalog.mo_snapshots WHERE sname = ? | administrator of the account
			SELECT * FROM d.t | privilege on what the statement names
			""")
	void namesThePrivilege(String sql, String expected) {
		SQLException ex = new SQLException("internal error: do not have privilege to execute the statement", "HY000",
				20101);
		assertThat(translate(sql, ex)).isInstanceOf(MissingPrivilegeException.class).hasMessageContaining(expected);
	}

	private DataAccessException translate(String sql, SQLException ex) {
		DataAccessException translated = this.translator.translate("test", sql, ex);
		assertThat(translated).isNotNull();
		return translated;
	}

}
