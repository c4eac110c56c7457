package io.github.matrixone.spring.boot.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.SQLExceptionTranslator;

import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Errors of another database, in an application that has the starter on its class path.
 */
class OtherDatabaseErrorsTests {

	private static final String FAIL = """
			CREATE ALIAS fail AS $$
			void fail() throws java.sql.SQLException {
				throw new java.sql.SQLException("something else", "HY000", 20701);
			}
			$$""";

	private static final String DUPLICATE = "INSERT INTO item VALUES (1)";

	@Test
	void aCodeOfAnotherDatabaseIsNotTakenForOneOfMatrixOne() {
		run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute(FAIL);
			assertThatExceptionOfType(UncategorizedSQLException.class).isThrownBy(() -> jdbc.execute("CALL fail()"));
			assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> jdbc.execute(DUPLICATE));
		});
	}

	@Test
	void hibernatesExceptionOfItIsLeftToSpring() {
		run((context) -> {
			SQLExceptionTranslator translator = context.getBean(SQLExceptionTranslator.class);
			SQLException duplicate = duplicate(context.getBean(DataSource.class));
			assertThat(translator.translate("Hibernate operation: insert", DUPLICATE, duplicate)).isNull();
			assertThat(translator.translate("insert", DUPLICATE, duplicate)).isInstanceOf(DuplicateKeyException.class);
		});
	}

	@Test
	void hibernatesExceptionOfMySqlItselfAndOfAPoolIsLeftToSpring() {
		SQLExceptionTranslator translator = new MatrixOneExceptionTranslator();
		assertThat(
				translator.translate("Hibernate operation: insert", DUPLICATE,
						madeBy("com.mysql.cj.jdbc.exceptions.SQLError",
								new SQLIntegrityConstraintViolationException("Duplicate entry '1'", "23000", 1062))))
			.isNull();
		assertThat(translator.translate("Hibernate operation: acquire", null,
				madeBy("com.zaxxer.hikari.pool.HikariPool",
						new SQLTransientConnectionException("not available, request timed out after 30000ms"))))
			.isNull();
		assertThat(translator.translate("insert", DUPLICATE,
				madeBy("com.mysql.cj.jdbc.exceptions.SQLError",
						new SQLIntegrityConstraintViolationException("Duplicate entry '1'", "23000", 1062))))
			.isInstanceOf(DuplicateKeyException.class);
	}

	private static SQLException madeBy(String type, SQLException ex) {
		ex.setStackTrace(new StackTraceElement[] { new StackTraceElement(type, "create", null, -1) });
		return ex;
	}

	@Test
	void aLibraryWhoseErrorsAreTranslatedByTheirCodesHasThemTranslatedSo() {
		run((context) -> {
			SQLExceptionTranslator translator = ErrorCodes.after(context.getBean(MatrixOneExceptionTranslator.class),
					ErrorCodes.of(context.getBean(DataSource.class)));
			assertThat(translator.translate("lock", null, lockTimeout(context.getBean(DataSource.class))))
				.isInstanceOf(CannotAcquireLockException.class);
		});
	}

	@Test
	void theDatabaseIsNotAskedBeforeThereIsAnError() {
		DataSource dataSource = mock(DataSource.class);
		assertThat(ErrorCodes.of(dataSource)).isNotNull();
		verifyNoInteractions(dataSource);
	}

	private static void run(ContextConsumer<AssertableApplicationContext> test) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
							MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:other;LOCK_TIMEOUT=1")
			.run((context) -> {
				context.getBean(JdbcTemplate.class).execute("CREATE TABLE item (id INT PRIMARY KEY)");
				context.getBean(JdbcTemplate.class).execute(DUPLICATE);
				test.accept(context);
			});
	}

	private static SQLException duplicate(DataSource dataSource) {
		return failure(dataSource, DUPLICATE);
	}

	private static SQLException lockTimeout(DataSource dataSource) {
		return new JdbcTemplate(dataSource).execute((ConnectionCallback<SQLException>) (connection) -> {
			connection.setAutoCommit(false);
			connection.createStatement().execute("UPDATE item SET id = 2");
			SQLException failure = failure(dataSource, "UPDATE item SET id = 3");
			connection.rollback();
			connection.setAutoCommit(true);
			return failure;
		});
	}

	private static SQLException failure(DataSource dataSource, String sql) {
		try (Connection connection = dataSource.getConnection()) {
			connection.createStatement().execute(sql);
		}
		catch (SQLException ex) {
			return ex;
		}
		throw new AssertionError(sql + " has not failed");
	}

}
