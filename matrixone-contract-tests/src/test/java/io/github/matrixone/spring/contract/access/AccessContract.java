package io.github.matrixone.spring.contract.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What holds for a library that works on JDBC: its work and a clone commit or roll back
 * together.
 */
@SpringBootTest(classes = AccessApplication.class,
		properties = "spring.sql.init.schema-locations=classpath:access/schema.sql")
abstract class AccessContract {

	static final TableName ACCOUNT = TableName.of("account");

	static final TableName CLONE = TableName.of("account_clone");

	@Autowired
	CloneOperations clones;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	Work work;

	/**
	 * Insert an account.
	 * @return its generated key
	 */
	abstract long insert(String name, int balance);

	abstract void insertBatch(List<String> names);

	abstract void update(String name, int balance);

	abstract int balance(String name);

	abstract int lock(String name);

	@BeforeEach
	void prepare() {
		this.jdbc.execute("DROP TABLE IF EXISTS account_clone");
		this.jdbc.update("DELETE FROM account");
		insert("one", 10);
		insert("two", 20);
	}

	@AfterEach
	void leavesNothingBound() {
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
	}

	@Test
	void aCommitKeepsRowsAndClone() {
		this.work.run(() -> {
			insert("three", 30);
			this.clones.cloneTable(ACCOUNT, CLONE);
			update("one", 11);
		});
		assertThat(names(ACCOUNT)).containsExactly("one", "three", "two");
		assertThat(names(CLONE)).containsExactly("one", "three", "two");
		assertThat(balance("one")).isEqualTo(11);
		assertThat(this.jdbc.queryForObject("SELECT balance FROM account_clone WHERE name = 'one'", Integer.class))
			.isEqualTo(10);
	}

	@Test
	void anExceptionRemovesRowsAndClone() {
		assertThatIllegalStateException().isThrownBy(() -> this.work.run(() -> {
			insert("three", 30);
			this.clones.cloneTable(ACCOUNT, CLONE);
			assertThat(names(CLONE)).containsExactly("one", "three", "two");
			throw new IllegalStateException();
		}));
		assertThat(names(ACCOUNT)).containsExactly("one", "two");
		assertThat(hasClone()).isFalse();
	}

	@Test
	void aCloneHoldsABatch() {
		this.work.run(() -> {
			insertBatch(List.of("three", "four", "five"));
			this.clones.cloneTable(ACCOUNT, CLONE);
			insertBatch(List.of("six"));
		});
		assertThat(names(CLONE)).containsExactly("five", "four", "one", "three", "two");
		assertThat(names(ACCOUNT)).containsExactly("five", "four", "one", "six", "three", "two");
	}

	@Test
	void aLiveCloneIsRefusedAfterAnUpdate() {
		this.work.run(() -> {
			update("one", 11);
			assertThat(balance("one")).isEqualTo(11);
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(ACCOUNT, CLONE));
			insert("three", 30);
		});
		assertThat(hasClone()).isFalse();
		assertThat(balance("one")).isEqualTo(11);
		assertThat(names(ACCOUNT)).containsExactly("one", "three", "two");
	}

	@Test
	void generatesKeys() {
		this.work.run(() -> {
			long three = insert("three", 30);
			long four = insert("four", 40);
			assertThat(id("three")).isEqualTo(three).isNotEqualTo(four);
			assertThat(id("four")).isEqualTo(four);
		});
	}

	@Test
	void aDuplicateKeyRemovesRowsAndClone() {
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.work.run(() -> {
			insert("three", 30);
			this.clones.cloneTable(ACCOUNT, CLONE);
			insert("one", 11);
		}));
		assertThat(names(ACCOUNT)).containsExactly("one", "two");
		assertThat(hasClone()).isFalse();
	}

	@Test
	void aReadOnlyTransactionReadsAndRefusesWrites() {
		assertThat(this.work.read(() -> balance("one"))).isEqualTo(10);
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.work.read(() -> insert("three", 30)));
		assertThat(names(ACCOUNT)).containsExactly("one", "two");
	}

	@Test
	void aLockMakesOthersWait() {
		List<String> order = new ArrayList<>();
		CompletableFuture<Void> other = new CompletableFuture<>();
		this.work.run(() -> {
			assertThat(lock("one")).isEqualTo(10);
			other.completeAsync(() -> {
				this.work.run(() -> {
					update("one", 12);
					order.add("other");
				});
				return null;
			});
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS));
			update("one", 11);
			order.add("first");
		});
		other.join();
		assertThat(order).containsExactly("first", "other");
		assertThat(balance("one")).isEqualTo(12);
	}

	@Test
	void aDeadlockIsAFailureAfterWhichToTryAgain() {
		CyclicBarrier bothHaveOne = new CyclicBarrier(2);
		Executor threads = new SimpleAsyncTaskExecutor();
		List<Throwable> failures = Stream.of(List.of("one", "two"), List.of("two", "one"))
			.map((names) -> CompletableFuture.runAsync(() -> this.work.run(() -> {
				update(names.get(0), 1);
				await(bothHaveOne);
				update(names.get(1), 1);
			}), threads))
			.toList()
			.stream()
			.map(AccessContract::failure)
			.filter(Objects::nonNull)
			.toList();
		assertThat(failures).isNotEmpty().allMatch(ConcurrencyFailureException.class::isInstance);
		assertThat(failures).hasAtLeastOneElementOfType(CannotAcquireLockException.class);
	}

	boolean hasClone() {
		return !this.jdbc.queryForList("SELECT 1 FROM information_schema.tables WHERE table_name = 'account_clone'")
			.isEmpty();
	}

	List<String> names(TableName table) {
		return this.jdbc.queryForList("SELECT name FROM " + table.quoted() + " ORDER BY name", String.class);
	}

	private long id(String name) {
		return this.jdbc.queryForObject("SELECT id FROM account WHERE name = ?", Long.class, name);
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Throwable failure(CompletableFuture<?> work) {
		try {
			work.join();
			return null;
		}
		catch (CompletionException ex) {
			return ex.getCause();
		}
	}

}
