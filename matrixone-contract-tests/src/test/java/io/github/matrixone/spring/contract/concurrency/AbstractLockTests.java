package io.github.matrixone.spring.contract.concurrency;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements that wait for what other connections hold, in a database of their own, with
 * and without the starter.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractLockTests {

	final ExecutorService executor = Executors.newCachedThreadPool();

	final JdbcTemplate server = ServerUnderTest.get().plainJdbc("");

	final JdbcTemplate plain;

	final JdbcTemplate jdbc;

	final TransactionTemplate transaction;

	private final String database;

	AbstractLockTests(String database) {
		this.database = database;
		this.server.execute("DROP DATABASE IF EXISTS " + database);
		this.server.execute("CREATE DATABASE " + database);
		this.plain = ServerUnderTest.get().plainJdbc(database);
		DataSource dataSource = new MatrixOneDataSource(Objects.requireNonNull(this.plain.getDataSource()));
		this.jdbc = new JdbcTemplate(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
	}

	@AfterAll
	void tearDown() {
		this.executor.shutdownNow();
		this.server.execute("DROP DATABASE " + this.database);
	}

	/**
	 * Do something that waits for a row that is changed or locked.
	 */
	Object afterOther(String change, Callable<Object> work) throws Exception {
		Future<Object> waiting = Objects.requireNonNull(this.transaction.execute((status) -> {
			this.jdbc.execute(change);
			Future<Object> started = this.executor.submit(work);
			assertThat(Waits.isDone(started)).isFalse();
			return started;
		}));
		return waiting.get(20, TimeUnit.SECONDS);
	}

}
