package io.github.matrixone.spring.hibernate;

import java.sql.SQLException;
import java.util.ServiceLoader;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Timeout;
import org.hibernate.JDBCException;
import org.hibernate.MappingException;
import org.hibernate.PessimisticLockException;
import org.hibernate.QueryTimeoutException;
import org.hibernate.Timeouts;
import org.hibernate.annotations.Array;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistry;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.dialect.Dialect;
import org.hibernate.dialect.MySQLDialect;
import org.hibernate.engine.jdbc.dialect.spi.BasicDialectResolver;
import org.hibernate.engine.jdbc.dialect.spi.DialectResolver;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.ConstraintViolationException.ConstraintKind;
import org.hibernate.exception.DataException;
import org.hibernate.exception.SQLGrammarException;
import org.hibernate.exception.SnapshotIsolationException;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the dialect says without a server.
 */
class MatrixOneDialectTests {

	private final Dialect dialect = new MatrixOneDialect();

	@Test
	void isFoundByHibernate() {
		assertThat(ServiceLoader.load(DialectResolver.class)).hasAtLeastOneElementOfType(MatrixOneDialectResolver.class)
			.noneMatch(BasicDialectResolver.class::isInstance);
	}

	@Test
	void locksForUpdateWhateverLockIsAskedFor() {
		assertThat(this.dialect.getWriteLockString(Timeouts.WAIT_FOREVER)).isEqualTo(" for update");
		assertThat(this.dialect.getReadLockString(Timeouts.WAIT_FOREVER)).isEqualTo(" for update");
		assertThat(this.dialect.getWriteLockString("a1_0", Timeout.seconds(2))).isEqualTo(" for update");
		assertThat(this.dialect.getReadLockString("a1_0", Timeout.seconds(2))).isEqualTo(" for update");
		assertThat(this.dialect.getForUpdateString("a1_0")).isEqualTo(" for update");
	}

	@Test
	void saysThatItCannotSkipLockedRowsOrFailAtOnce() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.dialect.getWriteLockString(Timeouts.SKIP_LOCKED))
			.withMessageContaining("SKIP LOCKED");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.dialect.getReadLockString("a1_0", Timeouts.NO_WAIT))
			.withMessageContaining("query.timeout");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			textBlock = """
					1062  | Duplicate entry 'a' for key 'b'' for key 'email'                                          | UNIQUE      | email
					1062  | Duplicate entry '(1,x)' for key '(a,b)'                                                   | UNIQUE      | (a,b)
					3819  | constraint violation: Column 'name' cannot be null                                        | NOT_NULL    | name
					3819  | constraint violation: Check constraint 'positive' is violated                             | CHECK       | positive
					3819  | constraint violation: duplicate column "id"                                               | OTHER       | -
					20101 | internal error: Cannot add or update a child row: a foreign key constraint fails          | FOREIGN_KEY | -
					20101 | internal error: Cannot delete or update a parent row: a foreign key constraint fails      | FOREIGN_KEY | -
					""")
	void tellsConstraintsApart(int code, String message, ConstraintKind kind, String name) {
		JDBCException converted = convert(code, message);
		assertThat(converted).isInstanceOfSatisfying(ConstraintViolationException.class, (violation) -> {
			assertThat(violation.getKind()).isEqualTo(kind);
			assertThat(violation.getConstraintName()).isEqualTo(name);
			assertThat(violation.getErrorCode()).isEqualTo(code);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1205, 20701, 20702, 20703, 20704, 20706, 20709 })
	void endsTheTransactionAfterAFailedLock(int code) {
		assertThat(convert(code, "lock")).isInstanceOf(PessimisticLockException.class);
	}

	@ParameterizedTest
	@ValueSource(ints = { 20601, 20619, 20628, 20631 })
	void takesAWriteConflictForAnOptimisticFailure(int code) {
		assertThat(convert(code, "w-w conflict")).isInstanceOf(SnapshotIsolationException.class);
	}

	@Test
	void tellsOtherErrorsApart() {
		assertThat(convert(1064, "SQL parser error: table \"t\" does not exist"))
			.isInstanceOf(SQLGrammarException.class);
		assertThat(convert(1406, "Can't cast 'x' to VARCHAR type.")).isInstanceOf(DataException.class);
		assertThat(convert(3024, "timeout")).isInstanceOf(QueryTimeoutException.class);
		assertThat(convert(20101, "internal error: something else")).isNull();
	}

	@Test
	void isAMySqlDialectOfTheVersionThatTheServerSpeaks() {
		assertThat(((MySQLDialect) this.dialect).getMySQLVersion().isSame(8, 0)).isTrue();
	}

	@Test
	void wantsTheDimensionOfAVector() {
		assertThat(columnType("embedding")).isEqualTo("vecf32(3)");
		assertThat(columnType("precise")).isEqualTo("vecf64(4)");
		assertThatExceptionOfType(MappingException.class).isThrownBy(() -> columnType("forgotten"))
			.withMessageContaining("@Array(length");
	}

	private JDBCException convert(int code, String message) {
		return this.dialect.buildSQLExceptionConversionDelegate()
			.convert(new SQLException(message, "HY000", code), "could not execute statement", "sql");
	}

	private static String columnType(String column) {
		StandardServiceRegistry registry = new StandardServiceRegistryBuilder()
			.applySetting(AvailableSettings.DIALECT, MatrixOneDialect.class)
			.applySetting("hibernate.boot.allow_jdbc_metadata_access", false)
			.build();
		Metadata metadata = new MetadataSources(registry).addAnnotatedClass(Document.class).buildMetadata();
		return metadata.getEntityBinding(Document.class.getName())
			.getProperty(column)
			.getColumns()
			.get(0)
			.getSqlType(metadata);
	}

	@Entity
	static class Document {

		@Id
		Long id;

		@JdbcTypeCode(SqlTypes.VECTOR_FLOAT32)
		@Array(length = 3)
		float[] embedding;

		@JdbcTypeCode(SqlTypes.VECTOR_FLOAT64)
		@Array(length = 4)
		double[] precise;

		@JdbcTypeCode(SqlTypes.VECTOR)
		float[] forgotten;

	}

}
