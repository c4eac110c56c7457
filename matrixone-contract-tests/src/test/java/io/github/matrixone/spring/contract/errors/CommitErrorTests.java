package io.github.matrixone.spring.contract.errors;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.BeneathTheWrapper;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What the errors of a commit become under the transaction managers that Spring Boot
 * configures. The server gives them too rarely, so they are thrown beneath the wrapper.
 */
@Tag("slow")
class CommitErrorTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(CommitApplication.class)
		.withPropertyValues("spring.flyway.enabled=false", "spring.liquibase.enabled=false",
				"spring.jpa.hibernate.ddl-auto=none", "spring.sql.init.mode=never");

	static Stream<Arguments> errors() {
		return Stream.of(Manager.values())
			.flatMap((manager) -> Stream.of(Arguments.of(manager, 20619, OptimisticLockingFailureException.class),
					Arguments.of(manager, 20628, ConcurrencyFailureException.class),
					Arguments.of(manager, 20634, TransientDataAccessResourceException.class),
					Arguments.of(manager, 20638, CommitOutcomeUnknownException.class),
					Arguments.of(manager, 20500, CommitOutcomeUnknownException.class),
					Arguments.of(manager, 20504, CommitOutcomeUnknownException.class)));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void classifiesErrorsOfTheCommit(Manager manager, int code, Class<? extends DataAccessException> expected) {
		SQLException failure = new SQLException("refused", "HY000", code);
		run(manager,
				(context) -> assertThatException().isThrownBy(() -> commit(context, failure))
					.isExactlyInstanceOf(expected)
					.withRootCauseInstanceOf(SQLException.class)
					.withStackTraceContaining("refused"));
	}

	@ParameterizedTest
	@EnumSource
	void doesNotKnowTheOutcomeWhereTheConnectionFails(Manager manager) {
		SQLException failure = new SQLRecoverableException("Communications link failure", "08S01");
		run(manager,
				(context) -> assertThatException().isThrownBy(() -> commit(context, failure))
					.isInstanceOfSatisfying(CommitOutcomeUnknownException.class,
							(ex) -> assertThat(ex.getSqlState()).isEqualTo("08S01")));
	}

	@ParameterizedTest
	@EnumSource
	void leavesErrorsOfTheCommitToSpringWhereTheTranslationIsSwitchedOff(Manager manager) {
		run(manager,
				(context) -> assertThatException()
					.isThrownBy(() -> commit(context, new SQLException("conflict", "HY000", 20619)))
					.isNotInstanceOf(OptimisticLockingFailureException.class)
					.withStackTraceContaining("conflict"),
				"matrixone.exception-translation.enabled=false");
	}

	private void run(Manager manager, Consumer<ApplicationContext> test, String... properties) {
		this.runner.withPropertyValues(manager.properties).withPropertyValues(properties).run((context) -> {
			assertThat(context).getBean(PlatformTransactionManager.class).isExactlyInstanceOf(manager.type);
			test.accept(context);
		});
	}

	private static void commit(ApplicationContext context, SQLException failure) {
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		FailingCommit commit = context.getBean(FailingCommit.class);
		jdbc.execute("CREATE TABLE t (id INT)");
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class)).executeWithoutResult((status) -> {
			jdbc.update("INSERT INTO t VALUES (1)");
			commit.failure = failure;
		});
	}

	enum Manager {

		JPA(JpaTransactionManager.class),

		JDBC(JdbcTransactionManager.class, "spring.data.jpa.repositories.enabled=false",
				"spring.autoconfigure.exclude=org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration");

		private final Class<?> type;

		private final String[] properties;

		Manager(Class<?> type, String... properties) {
			this.type = type;
			this.properties = properties;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = R2dbcAutoConfiguration.class)
	static class CommitApplication {

		@Bean
		static FailingCommit failingCommit() {
			return new FailingCommit();
		}

	}

	/**
	 * Fails the next COMMIT, beneath the wrapper.
	 */
	static class FailingCommit extends BeneathTheWrapper {

		private SQLException failure;

		@Override
		protected DataSource replace(DataSource target) {
			return new DelegatingDataSource(target) {

				@Override
				public Connection getConnection() throws SQLException {
					return proxy(Connection.class, super.getConnection());
				}

				@Override
				public Connection getConnection(String username, String password) throws SQLException {
					return proxy(Connection.class, super.getConnection(username, password));
				}

			};
		}

		private <T> T proxy(Class<T> type, T target) {
			return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
					(proxy, method, args) -> intercept(target, method, args)));
		}

		private Object intercept(Object target, Method method, Object[] args) throws Throwable {
			SQLException failure = this.failure;
			if (failure != null && args != null && "COMMIT".equals(args[0])) {
				this.failure = null;
				throw failure;
			}
			try {
				Object result = method.invoke(target, args);
				return method.getName().equals("createStatement") ? proxy(Statement.class, (Statement) result) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

	}

}
