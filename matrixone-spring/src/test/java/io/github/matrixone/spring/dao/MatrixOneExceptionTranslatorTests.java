package io.github.matrixone.spring.dao;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.dao.DataAccessException;

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
					20101 | internal error: can't restore account from db or table level snapshot | SnapshotScopeMismatchException
					20101 | internal error: database d does not exist | DatabaseNotFoundException
					20101 | internal error: table d.t does not exist | TableNotFoundException
					20101 | internal error: table t not exists at snapshot s | TableNotFoundException
					20101 | internal error: do not have privilege to execute the statement | MissingPrivilegeException
					20101 | internal error: only sys tenant can create cluster level snapshot | MissingPrivilegeException
					20101 | internal error: unclassified statement appears in uncommitted transaction | NotAllowedInTransactionException
					20101 | internal error: administrative command is unsupported in transactions | NotAllowedInTransactionException
					20101 | internal error: savepoint has not been implemented yet | UnsupportedByServerException
					20101 | internal error: clone table between different accounts need a snapshot | UnsupportedByServerException
					20101 | internal error: Cannot add or update a child row: a foreign key constraint fails | DataIntegrityViolationException
					20101 | internal error: no such account, account name: a | InvalidDataAccessResourceUsageException
					20101 | internal error: invalid input | InvalidDataAccessResourceUsageException
							1007  | database d already exists | CloneTargetExistsException
					1050  | table t already exists | CloneTargetExistsException
					1064  | SQL parser error: table d-t does not exist | TableNotFoundException
					1049  | Unknown database d | DatabaseNotFoundException
					1062  | Duplicate entry '1' for key 'id' | DuplicateKeyException
					3819  | constraint violation: Column 'id' cannot be null | DataIntegrityViolationException
					1406  | data truncated | DataIntegrityViolationException
					20619 | w-w conflict | OptimisticLockingFailureException
					20628 | txn need retry in rc mode | ConcurrencyFailureException
					20701 | deadlock detected | CannotAcquireLockException
					1205  | Lock wait timeout exceeded | CannotAcquireLockException
					20702 | lock table bind changed | PessimisticLockingFailureException
					20638 | txn commit status is unknown | CommitOutcomeUnknownException
					20504 | no available backend | TransientDataAccessResourceException
					1317  | query interrupted | QueryTimeoutException
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
	@CsvSource({ "UNCOMMITTED_CHANGES,UncommittedChangesException",
			"NOT_ALLOWED_IN_TRANSACTION,NotAllowedInTransactionException", "READ_ONLY,NotAllowedInTransactionException",
			"TRANSACTION_LOST,TransactionLostException", "UNSUPPORTED,UnsupportedByServerException" })
	void translatesRefusals(StatementRefusedException.Reason reason, String expected) {
		StatementRefusedException ex = new StatementRefusedException(reason, "refused because");
		assertThat(translate("BEGIN", ex).getClass().getSimpleName()).isEqualTo(expected);
		assertThat(translate("BEGIN", ex)).hasMessage("refused because").hasCause(ex);
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
