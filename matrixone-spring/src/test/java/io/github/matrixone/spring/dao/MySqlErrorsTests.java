package io.github.matrixone.spring.dao;

import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the driver throws, what the application gets, and what a translator of Spring's
 * own makes of it.
 */
class MySqlErrorsTests {

	@ParameterizedTest
	@MethodSource
	void haveTheStateAndTheClassThatMySqlGives(int code, String message, String state,
			Class<? extends SQLException> type, Class<? extends DataAccessException> translated) {
		SQLException thrown = new SQLException(message, "HY000", code);
		SQLException given = MySqlErrors.of(thrown);
		assertThat((Throwable) given).isExactlyInstanceOf(type).hasMessage(message).hasCause(thrown);
		assertThat(given.getSQLState()).isEqualTo(state);
		assertThat(given.getErrorCode()).isEqualTo(code);
		assertThat(new SQLExceptionSubclassTranslator().translate("task", "SELECT 1", given))
			.isExactlyInstanceOf(translated);
		assertThat((Throwable) MySqlErrors.of(given)).isSameAs(given);
	}

	static Stream<Arguments> haveTheStateAndTheClassThatMySqlGives() {
		return Stream.of(
				Arguments.arguments(1062, "Duplicate entry '1' for key 'id'", "23000",
						SQLIntegrityConstraintViolationException.class, DuplicateKeyException.class),
				Arguments.arguments(3819, "constraint violation: Column 'v' cannot be null", "23000",
						SQLIntegrityConstraintViolationException.class, DataIntegrityViolationException.class),
				Arguments.arguments(20101,
						"internal error: Cannot add or update a child row: a foreign key constraint fails", "23000",
						SQLIntegrityConstraintViolationException.class, DataIntegrityViolationException.class),
				Arguments.arguments(20301, "invalid input: invalid default value for column 'v'", "23000",
						SQLIntegrityConstraintViolationException.class, DataIntegrityViolationException.class),
				Arguments.arguments(1406, "data truncated", "22001", SQLDataException.class,
						DataIntegrityViolationException.class),
				Arguments.arguments(1690, "data out of range: data type int, value '9999999999'", "22003",
						SQLDataException.class, DataIntegrityViolationException.class),
				Arguments.arguments(20701, "deadlock detected", "40001", SQLTransactionRollbackException.class,
						CannotAcquireLockException.class),
				Arguments.arguments(20619, "w-w conflict", "40001", SQLTransactionRollbackException.class,
						CannotAcquireLockException.class),
				Arguments.arguments(1064, "SQL parser error: table \"nosuch\" does not exist", "42S02",
						SQLSyntaxErrorException.class, BadSqlGrammarException.class),
				Arguments.arguments(1146, "no such table d.nosuch", "42S02", SQLSyntaxErrorException.class,
						BadSqlGrammarException.class),
				Arguments.arguments(20301, "invalid input: column nosuch does not exist", "42S22",
						SQLSyntaxErrorException.class, BadSqlGrammarException.class),
				Arguments.arguments(1064, "SQL parser error: You have an error in your SQL syntax", "42000",
						SQLSyntaxErrorException.class, BadSqlGrammarException.class),
				Arguments.arguments(20101, "internal error: do not have privilege to execute the statement", "42000",
						SQLSyntaxErrorException.class, BadSqlGrammarException.class));
	}

	@Test
	void tellWhatToDoAboutSkipLocked() {
		SQLException thrown = new SQLSyntaxErrorException(
				"SQL parser error: You have an error in your SQL syntax; check "
						+ "the manual […] syntax error at line 1 column 38 near \" SKIP LOCKED\";",
				"42000", 1064);
		SQLException given = MySqlErrors.of(thrown);
		assertThat((Throwable) given).isExactlyInstanceOf(SQLSyntaxErrorException.class)
			.hasMessageStartingWith(thrown.getMessage())
			.hasMessageEndingWith(
					"MatrixOne has neither SKIP LOCKED nor NOWAIT: leave it out, or choose the setting of "
							+ "the library that does; see docs/libraries.md")
			.hasCause(thrown);
		assertThat((Throwable) MySqlErrors.of(given)).isSameAs(given);
	}

	@Test
	void ofABatchKeepItsCounts() {
		SQLException cause = new SQLException("deadlock detected", "HY000", 20701);
		SQLException next = new SQLException("next");
		BatchUpdateException thrown = new BatchUpdateException("deadlock detected", "HY000", 20701, new int[] { 1, -3 },
				cause);
		thrown.setNextException(next);
		SQLException given = MySqlErrors.of(thrown);
		assertThat((Throwable) given).isInstanceOfSatisfying(BatchUpdateException.class, (batch) -> {
			assertThat(batch.getUpdateCounts()).containsExactly(1, -3);
			assertThat(batch.getSQLState()).isEqualTo("40001");
			assertThat(batch.getErrorCode()).isEqualTo(20701);
			assertThat((Throwable) batch.getNextException()).isSameAs(next);
			assertThat(batch.getCause()).isInstanceOf(SQLTransactionRollbackException.class).hasCause(cause);
		});
		assertThat(new SQLExceptionSubclassTranslator().translate("task", null, given))
			.isInstanceOf(CannotAcquireLockException.class);
	}

	@Test
	void areLeftAloneWhereMySqlHasNoSuchError() {
		for (SQLException thrown : new SQLException[] { new SQLException("snapshot s does not exist", "HY000", 20101),
				new SQLException("Communications link failure", "08S01", 0),
				new SQLException("no state", null, 20700) }) {
			assertThat((Throwable) MySqlErrors.of(thrown)).isSameAs(thrown);
		}
	}

}
