package io.github.matrixone.spring.retry;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.dao.AfterCommitException;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.MatrixOneExceptionTranslator;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.jdbc.ScriptedDriver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is called again, and what is sent, without a server.
 */
class RetryOnConflictTests {

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private static final SQLException DEADLOCK = new SQLException("deadlock detected", "HY000", 20701);

	private static final SQLException UNKNOWN = new SQLException("txn commit status is unknown", "HY000", 20638);

	private final ScriptedDriver driver = new ScriptedDriver();

	@ParameterizedTest
	@ValueSource(classes = { Defaults.class, TransactionsFirst.class, TransactionsLast.class, Interfaces.class })
	void beginsANewTransactionForEachAttempt(Class<?> configuration) {
		with(configuration, (services) -> {
			this.driver.failNext(INSERT, DEADLOCK);
			services.onInterface().insert();
			assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK", "BEGIN", INSERT, "COMMIT");
			assertThat(AopUtils.isJdkDynamicProxy(services.onInterface())).isEqualTo(configuration == Interfaces.class);
		});
	}

	/**
	 * A limit of Spring Framework 7.0.8: the interface's method and the class are looked
	 * at, not the class's method.
	 */
	@Test
	void overlooksAnAnnotatedMethodOfAClassBehindAJdkProxy() {
		with(Interfaces.class, (services) -> {
			this.driver.failNext(INSERT, DEADLOCK);
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(services.onClassOfInterface()::insert);
		});
	}

	@Test
	void takesTheAnnotationsInEitherOrderAndOnAClass() {
		with(Defaults.class, (services) -> {
			for (Runnable method : new Runnable[] { services.onMethod()::transactionalFirst,
					services.onMethod()::retryFirst, services.onClass()::insert }) {
				this.driver.sent.clear();
				this.driver.failNext(INSERT, DEADLOCK);
				method.run();
				assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK", "BEGIN", INSERT, "COMMIT");
			}
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 20619, 20628, 20634, 20705 })
	void repeatsWhatTheServerRefusesToCommit(int code) {
		with(Defaults.class, (services) -> {
			this.driver.failNext("COMMIT", new SQLException("refused", "HY000", code));
			services.onMethod().retryFirst();
			assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT", "ROLLBACK", "BEGIN", INSERT,
					"COMMIT");
		});
	}

	@Test
	void repeatsAConflictThatTheTransactionManagerDoesNotTranslate() {
		with(PlainTransactionManager.class, (services) -> {
			this.driver.failNext("COMMIT", new SQLException("w-w conflict", "HY000", 20619));
			services.onMethod().retryFirst();
			assertThat(this.driver.sent).filteredOn("COMMIT"::equals).hasSize(2);
		});
	}

	@Test
	void givesUpAfterTheLastRetryWithTheLastError() {
		with(Defaults.class, (services) -> {
			this.driver.failures.put(INSERT, DEADLOCK);
			assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(services.onMethod()::retryFirst)
				.havingRootCause()
				.isSameAs(DEADLOCK);
			assertThat(this.driver.sent).filteredOn(INSERT::equals).hasSize(3);
		});
	}

	@Test
	void doesNotRepeatACommitOfUnknownOutcome() {
		with(Defaults.class, (services) -> {
			for (SQLException failure : new SQLException[] { UNKNOWN, new SQLException("rpc timeout", "HY000", 20500),
					new SQLRecoverableException("gone", "08S01") }) {
				this.driver.sent.clear();
				this.driver.failNext("COMMIT", failure);
				assertThatExceptionOfType(CommitOutcomeUnknownException.class)
					.isThrownBy(services.onMethod()::retryFirst)
					.withRootCauseInstanceOf(failure.getClass());
				assertThat(this.driver.sent).filteredOn(INSERT::equals).hasSize(1);
			}
		});
	}

	@Test
	void repeatsACommitOfUnknownOutcomeWhereThatIsAskedFor() {
		with(Defaults.class, (services) -> {
			this.driver.failNext("COMMIT", UNKNOWN);
			services.onMethod().idempotent();
			assertThat(this.driver.sent).filteredOn(INSERT::equals).hasSize(2);
		});
	}

	@Test
	void doesNotRepeatATransactionThatIsCommitted() {
		with(Defaults.class, (services) -> {
			assertThatExceptionOfType(AfterCommitException.class).isThrownBy(services.onMethod()::failsAfterCommit)
				.withCauseInstanceOf(CannotAcquireLockException.class);
			assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "COMMIT");
		});
	}

	@Test
	void leavesItToTheOuterTransaction() {
		with(Defaults.class, (services) -> {
			this.driver.failNext(INSERT, DEADLOCK);
			assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(
					() -> services.template().executeWithoutResult((status) -> services.onMethod().retryFirst()));
			assertThat(this.driver.sent).containsExactly("BEGIN", INSERT, "ROLLBACK");
		});
	}

	@Test
	void repeatsNothingElse() {
		with(Defaults.class, (services) -> {
			for (RuntimeException failure : new RuntimeException[] { new DuplicateKeyException("x"),
					new DataIntegrityViolationException("x"), new IllegalStateException("x"),
					new IllegalStateException("mine", new CannotAcquireLockException("x")),
					new PessimisticLockingFailureException("x", new SQLException("too many", "HY000", 20707)) }) {
				this.driver.sent.clear();
				assertThatException().isThrownBy(() -> services.onMethod().fail(failure)).isSameAs(failure);
				assertThat(this.driver.sent).as(failure.toString()).filteredOn(INSERT::equals).hasSize(1);
			}
		});
	}

	@Test
	void repeatsAllConflicts() {
		with(Defaults.class, (services) -> {
			for (DataAccessException failure : new DataAccessException[] {
					new TransactionLostException("x", null, null), new OptimisticLockingFailureException("x"),
					new PessimisticLockingFailureException("x"), new TransientDataAccessResourceException("x") }) {
				this.driver.sent.clear();
				assertThatException().isThrownBy(() -> services.onMethod().fail(failure)).isSameAs(failure);
				assertThat(this.driver.sent).as(failure.toString()).filteredOn(INSERT::equals).hasSize(3);
			}
		});
	}

	private void with(Class<?> configuration, Consumer<Services> test) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean(DataSource.class, () -> this.driver.matrixOne());
			context.register(configuration);
			context.refresh();
			test.accept(new Services(context.getBean(OnMethod.class), context.getBean(OnClass.class),
					context.getBean(Service.class),
					new TransactionTemplate(context.getBean(PlatformTransactionManager.class)),
					context.getBean(UnannotatedService.class)));
		}
	}

	private record Services(OnMethod onMethod, OnClass onClass, Service onInterface, TransactionTemplate template,
			UnannotatedService onClassOfInterface) {
	}

	interface Service {

		@Transactional
		@RetryOnConflict(delay = 1, jitter = 0)
		void insert();

	}

	static class ServiceImpl implements Service {

		private final JdbcTemplate jdbc;

		ServiceImpl(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		public void insert() {
			this.jdbc.update(INSERT);
		}

	}

	interface UnannotatedService {

		void insert();

	}

	static class UnannotatedServiceImpl implements UnannotatedService {

		private final JdbcTemplate jdbc;

		UnannotatedServiceImpl(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		@Transactional
		@RetryOnConflict(delay = 1, jitter = 0)
		public void insert() {
			this.jdbc.update(INSERT);
		}

	}

	@RetryOnConflict(delay = 1, jitter = 0)
	@Transactional
	static class OnClass {

		private final JdbcTemplate jdbc;

		OnClass(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		void insert() {
			this.jdbc.update(INSERT);
		}

	}

	static class OnMethod {

		private final JdbcTemplate jdbc;

		OnMethod(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		@RetryOnConflict(maxRetries = 2, delay = 1, jitter = 0)
		void transactionalFirst() {
			this.jdbc.update(INSERT);
		}

		@RetryOnConflict(maxRetries = 2, delay = 1, jitter = 0)
		@Transactional
		void retryFirst() {
			this.jdbc.update(INSERT);
		}

		@RetryOnConflict(predicate = IdempotentRetryPredicate.class, delay = 1, jitter = 0)
		@Transactional
		void idempotent() {
			this.jdbc.update(INSERT);
		}

		@RetryOnConflict(maxRetries = 2, delay = 1, jitter = 0)
		@Transactional
		void fail(RuntimeException failure) {
			this.jdbc.update(INSERT);
			throw failure;
		}

		@RetryOnConflict(maxRetries = 2, delay = 1, jitter = 0)
		@Transactional
		void failsAfterCommit() {
			this.jdbc.update(INSERT);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new AfterCommitException("not done", null, new CannotAcquireLockException("x"));
				}

			});
		}

	}

	static class Beans {

		@Bean
		JdbcTemplate jdbcTemplate(DataSource dataSource) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.setExceptionTranslator(new MatrixOneExceptionTranslator());
			return jdbc;
		}

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
			manager.setExceptionTranslator(new MatrixOneExceptionTranslator());
			return manager;
		}

		@Bean
		OnMethod onMethod(JdbcTemplate jdbc) {
			return new OnMethod(jdbc);
		}

		@Bean
		OnClass onClass(JdbcTemplate jdbc) {
			return new OnClass(jdbc);
		}

		@Bean
		UnannotatedService onClassOfInterface(JdbcTemplate jdbc) {
			return new UnannotatedServiceImpl(jdbc);
		}

		@Bean
		Service onInterface(JdbcTemplate jdbc) {
			return new ServiceImpl(jdbc);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	@EnableResilientMethods(proxyTargetClass = true)
	static class Defaults extends Beans {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true, order = Ordered.HIGHEST_PRECEDENCE)
	@EnableResilientMethods(proxyTargetClass = true)
	static class TransactionsFirst extends Beans {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods(proxyTargetClass = true)
	@EnableTransactionManagement(proxyTargetClass = true, order = Ordered.LOWEST_PRECEDENCE)
	static class TransactionsLast extends Beans {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	@EnableResilientMethods
	static class Interfaces extends Beans {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	@EnableResilientMethods(proxyTargetClass = true)
	static class PlainTransactionManager extends Beans {

		@Override
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new DataSourceTransactionManager(dataSource);
		}

	}

}
