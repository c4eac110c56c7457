package io.github.matrixone.spring.contract.errors;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;

import javax.sql.DataSource;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.MissingColumnRepository;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.MissingDatabaseRepository;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.MissingTableRepository;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.ParentRepository;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.Part;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.PartRepository;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.DatabaseNotFoundException;
import io.github.matrixone.spring.dao.MissingPrivilegeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What the errors of a server become, through {@link JdbcTemplate} and through JPA
 * repositories.
 */
@EnabledIfServer
@SpringBootTest(classes = ErrorsApplication.class,
		properties = "spring.datasource.hikari.connection-init-sql=SET lock_wait_timeout = 1")
class StatementErrorTests {

	private static final String INSERT = "INSERT INTO part VALUES (?, ?, ?, ?, ?)";

	// By 4.2 and by newer servers.
	private static final List<Integer> MISSING_TABLE = List.of(1064, 1146);

	private static final List<Integer> MISSING_COLUMN = List.of(20301, 1054);

	private static final List<Integer> MISSING_COLUMN_TO_CHANGE = List.of(20101, 1054);

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PartRepository parts;

	@Autowired
	private ParentRepository parents;

	@Autowired
	private MissingTableRepository missingTables;

	@Autowired
	private MissingDatabaseRepository missingDatabases;

	@Autowired
	private MissingColumnRepository missingColumns;

	@Autowired
	private JpaTransactionManager jpaTransactionManager;

	@Autowired
	private SQLExceptionTranslator translator;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ErrorsApplication.server(registry);
	}

	@BeforeEach
	void prepare() {
		this.jdbc.update("DELETE FROM part");
		this.jdbc.update("DELETE FROM parent");
		this.jdbc.update("INSERT INTO parent VALUES (1)");
		this.jdbc.update(INSERT, 1, "one", 1, 1, 1);
	}

	@Test
	void classifiesViolatedConstraints() {
		Class<?> integrity = DataIntegrityViolationException.class;
		insert(new Part(2, null, 2, 1L, 1), integrity, 3819, "Column 'name' cannot be null");
		insert(new Part(2, "toolong", 2, 1L, 1), integrity, 1406, "larger than Dest length 5");
		insert(new Part(2, "two", 2, 99_999_999_999L, 1), integrity, 1690, "out of range");
		insert(new Part(2, "two", 2, 100L, 1), integrity, 3819, "Check constraint");
		insert(new Part(2, "two", 2, 1L, 9), integrity, 20101, "a foreign key constraint fails");
		insert(new Part(1, "two", 2, 1L, 1), DuplicateKeyException.class, 1062, "for key 'id'");
		insert(new Part(2, "two", 1, 1L, 1), DuplicateKeyException.class, 1062, "for key 'serial_number'");
	}

	@Test
	void keepsHibernatesExceptionAmongTheCauses() {
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.parts.saveAndFlush(new Part(2, "two", 1, 1L, 1)))
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOfSatisfying(ConstraintViolationException.class,
					(cause) -> assertThat(cause.getConstraintName()).isEqualTo("serial_number")));
	}

	@Test
	void classifiesAParentThatHasChildren() {
		Class<?> integrity = DataIntegrityViolationException.class;
		assertError(() -> this.jdbc.update("DELETE FROM parent"), integrity, 20101, "delete or update a parent row");
		assertError(() -> inTransaction(this.parents::deleteEvery), integrity, 20101, "delete or update a parent row");
		assertError(() -> this.jdbc.update("UPDATE parent SET id = 2"), integrity, 1217, "parent row");
		assertError(() -> this.jdbc.update("TRUNCATE TABLE parent"), integrity, 20101,
				"referenced by some foreign key");
		assertError(() -> this.jdbc.update("INSERT INTO part (id) VALUES (3)"), integrity, 20301,
				"invalid default value for column 'name'");
	}

	@Test
	void classifiesWhatIsNotThere() {
		Class<?> grammar = BadSqlGrammarException.class;
		assertError(() -> query("SELECT id FROM missing"), grammar, MISSING_TABLE, "\"missing\" does not exist");
		assertError(() -> this.jdbc.update("INSERT INTO missing VALUES (1)"), grammar, 1146, "no such table");
		assertError(this.missingTables::findAll, grammar, MISSING_TABLE, "\"missing\" does not exist");
		assertError(() -> this.missingTables.deleteAllInBatch(), grammar, 1146, "no such table");
		assertError(() -> query("SELECT missing FROM part"), grammar, MISSING_COLUMN, "column missing does not exist");
		assertError(() -> this.jdbc.update("UPDATE part SET missing = 1"), grammar, MISSING_COLUMN_TO_CHANGE,
				"column 'missing'");
		assertError(() -> this.jdbc.update("INSERT INTO part (missing) VALUES (1)"), grammar, 1054, "Unknown column");
		assertError(this.missingColumns::findAll, grammar, MISSING_COLUMN, "does not exist");
		assertError(() -> inTransaction(this.missingColumns::update), grammar, MISSING_COLUMN_TO_CHANGE,
				"column 'missing'");
		assertError(() -> query("SELECT id FROM contract_missing.part"), DatabaseNotFoundException.class, 1049,
				"contract_missing");
		assertError(this.missingDatabases::findAll, DatabaseNotFoundException.class, 1049, "contract_missing");
		assertError(() -> query("SELECT 1 FRM part"), grammar, 1064, "syntax error");
		assertError(this.parts::misspelled, grammar, 1064, "syntax error");
	}

	@Test
	void areThoseOfMySqlForATemplateThatALibraryMakesForItself() {
		JdbcTemplate own = new JdbcTemplate(this.dataSource);
		Class<?> integrity = DataIntegrityViolationException.class;
		assertError(() -> own.update(INSERT, 1, "two", 2, 1, 1), DuplicateKeyException.class, 1062, "for key 'id'");
		assertError(() -> own.update(INSERT, 2, null, 2, 1, 1), integrity, 3819, "Column 'name' cannot be null");
		assertError(() -> own.update(INSERT, 2, "two", 2, 1, 9), integrity, 20101, "a foreign key constraint fails");
		assertError(() -> own.update("DELETE FROM parent"), integrity, 20101, "delete or update a parent row");
		assertError(() -> own.update(INSERT, 2, "toolong", 2, 1, 1), integrity, 1406, "larger than Dest length 5");
		assertError(() -> own.batchUpdate("INSERT INTO part VALUES (1, 'two', 2, 1, 1)"), DuplicateKeyException.class,
				1062, "for key 'id'");
		assertError(() -> own.queryForList("SELECT id FROM missing"), BadSqlGrammarException.class, MISSING_TABLE,
				"does not exist");
		assertError(() -> own.queryForList("SELECT missing FROM part"), BadSqlGrammarException.class, MISSING_COLUMN,
				"does not exist");
		holdingTheRow(() -> {
			assertError(() -> own.update("UPDATE part SET quantity = 5 WHERE id = 1"), CannotAcquireLockException.class,
					1205, "Lock wait timeout exceeded");
			return null;
		});
	}

	@Test
	void doesNotTakeAMisuseOfTheDriverForATransientError() {
		assertError(() -> query("SELCT 1"), InvalidDataAccessApiUsageException.class, 0,
				"executeQuery() cannot issue statements that do not produce result sets");
	}

	@Test
	void classifiesALockWaitThatTakesTooLong() {
		holdingTheRow(() -> {
			assertError(() -> this.jdbc.update("UPDATE part SET quantity = 5 WHERE id = 1"),
					CannotAcquireLockException.class, 1205, "Lock wait timeout exceeded");
			assertError(() -> inTransaction(() -> this.parts.increment(1)), CannotAcquireLockException.class, 1205,
					"Lock wait timeout exceeded");
			return null;
		});
	}

	@Test
	void classifiesAQueryTimeout() {
		JdbcTemplate impatient = new JdbcTemplate(this.dataSource);
		impatient.setExceptionTranslator(this.translator);
		impatient.setQueryTimeout(1);
		assertThatExceptionOfType(QueryTimeoutException.class)
			.isThrownBy(() -> impatient.queryForObject("SELECT sleep(5)", Integer.class));
		TransactionTemplate brief = new TransactionTemplate(this.jpaTransactionManager);
		brief.setTimeout(1);
		assertThatExceptionOfType(QueryTimeoutException.class)
			.isThrownBy(() -> brief.executeWithoutResult((status) -> this.parts.sleep()));
	}

	@Test
	void classifiesAQueryThatIsKilled() {
		assertError(() -> inTransaction(() -> {
			Long id = connectionId();
			new Thread(() -> onAnotherConnection((statement) -> {
				await().until(() -> isBusy(statement, id));
				statement.execute("KILL QUERY " + id);
			})).start();
			this.parts.sleep();
		}), QueryTimeoutException.class, 1105, "context canceled");
	}

	@ParameterizedTest
	@EnumSource
	void classifiesALostConnection(Manager manager) {
		TransactionTemplate transaction = new TransactionTemplate(manager(manager));
		assertThatExceptionOfType(RecoverableDataAccessException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				this.jdbc.update(INSERT, 2, "two", 2, 2, 1);
				kill("CONNECTION " + connectionId());
				if (manager == Manager.JPA) {
					this.parts.findAll();
				}
				else {
					query("SELECT id FROM part");
				}
			}));
		assertThat(this.parts.count()).isOne();
	}

	@ParameterizedTest
	@EnumSource
	void doesNotKnowTheOutcomeWhereTheConnectionIsLostAtTheCommit(Manager manager) {
		TransactionTemplate transaction = new TransactionTemplate(manager(manager));
		assertThatExceptionOfType(CommitOutcomeUnknownException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				this.jdbc.update(INSERT, 2, "two", 2, 2, 1);
				kill("CONNECTION " + connectionId());
			}))
			.satisfies((ex) -> assertThat(ex.getSqlState()).isEqualTo("08S01"));
		assertThat(this.parts.count()).isOne();
	}

	@Test
	void classifiesAMissingPrivilege() {
		for (String sql : new String[] { "DROP USER IF EXISTS contract_nobody", "DROP ROLE IF EXISTS contract_nothing",
				"CREATE USER contract_nobody IDENTIFIED BY '111'", "CREATE ROLE contract_nothing",
				"GRANT CONNECT ON ACCOUNT * TO contract_nothing", "GRANT contract_nothing TO contract_nobody" }) {
			this.jdbc.execute(sql);
		}
		try (ConfigurableApplicationContext context = start("--spring.datasource.username=contract_nobody",
				"--spring.datasource.password=111", "--spring.datasource.hikari.maximum-pool-size=1")) {
			assertError(() -> context.getBean(JdbcTemplate.class).queryForList("SELECT * FROM part"),
					MissingPrivilegeException.class, 20101, "do not have privilege");
			assertError(() -> context.getBean(PartRepository.class).findAll(), MissingPrivilegeException.class, 20101,
					"do not have privilege");
		}
		finally {
			this.jdbc.execute("DROP USER contract_nobody");
			this.jdbc.execute("DROP ROLE contract_nothing");
		}
	}

	@Test
	void leavesErrorsToSpringAndHibernateWhereTheTranslationIsSwitchedOff() {
		ServerUnderTest server = ServerUnderTest.get();
		try (ConfigurableApplicationContext context = start("--spring.datasource.username=" + server.username(),
				"--spring.datasource.password=" + server.password(),
				"--matrixone.exception-translation.enabled=false")) {
			Part part = new Part(2, "two", 2, 1L, 9);
			assertError(() -> context.getBean(JdbcTemplate.class).update(INSERT, part.values()),
					DataIntegrityViolationException.class, 20101, "foreign key");
			assertError(() -> context.getBean(PartRepository.class).save(part), DataIntegrityViolationException.class,
					20101, "foreign key");
		}
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		String[] common = { "--spring.datasource.url=" + ServerUnderTest.get().url() + ErrorsApplication.DATABASE,
				"--spring.sql.init.mode=never" };
		return new SpringApplicationBuilder(ErrorsApplication.class)
			.run(StringUtils.concatenateStringArrays(common, arguments));
	}

	private void insert(Part part, Class<?> type, int code, String message) {
		assertError(() -> this.jdbc.update(INSERT, part.values()), type, code, message);
		assertError(() -> this.parts.save(part), type, code, message);
		assertThat(this.parts.count()).isOne();
	}

	private static void assertError(ThrowingCallable call, Class<?> type, List<Integer> codes, String message) {
		assertError(call, type, codes.get(ServerUnderTest.get().isNewer() ? 1 : 0), message);
	}

	private static void assertError(ThrowingCallable call, Class<?> type, int code, String message) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(call).satisfies((ex) -> {
			assertThat(ex).isExactlyInstanceOf(type).hasStackTraceContaining(message);
			assertThat(ex.getRootCause()).isInstanceOfSatisfying(SQLException.class,
					(cause) -> assertThat(cause.getErrorCode()).isEqualTo(code));
		});
	}

	private Object query(String sql) {
		return this.jdbc.queryForList(sql);
	}

	private void inTransaction(Runnable work) {
		new TransactionTemplate(this.jpaTransactionManager).executeWithoutResult((status) -> work.run());
	}

	private Long connectionId() {
		return this.jdbc.queryForObject("SELECT connection_id()", Long.class);
	}

	private void holdingTheRow(Callable<Void> work) {
		onAnotherConnection((statement) -> {
			statement.execute("BEGIN");
			statement.execute("UPDATE part SET quantity = 7 WHERE id = 1");
			work.call();
			statement.execute("ROLLBACK");
		});
	}

	private void kill(String what) {
		onAnotherConnection((statement) -> statement.execute("KILL " + what));
	}

	private static boolean isBusy(Statement statement, long connectionId) throws SQLException {
		try (ResultSet processes = statement.executeQuery("SHOW PROCESSLIST")) {
			while (processes.next()) {
				if (processes.getLong("conn_id") == connectionId && processes.getString("info").contains("sleep")) {
					return true;
				}
			}
			return false;
		}
	}

	private void onAnotherConnection(Work work) {
		ServerUnderTest server = ServerUnderTest.get();
		try (Connection connection = DriverManager.getConnection(server.url() + ErrorsApplication.DATABASE,
				server.username(), server.password()); Statement statement = connection.createStatement()) {
			work.run(statement);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private PlatformTransactionManager manager(Manager manager) {
		if (manager == Manager.JPA) {
			return this.jpaTransactionManager;
		}
		JdbcTransactionManager jdbcTransactionManager = new JdbcTransactionManager(this.dataSource);
		jdbcTransactionManager.setExceptionTranslator(this.translator);
		return jdbcTransactionManager;
	}

	enum Manager {

		JPA, JDBC

	}

	@FunctionalInterface
	interface Work {

		void run(Statement statement) throws Exception;

	}

}
