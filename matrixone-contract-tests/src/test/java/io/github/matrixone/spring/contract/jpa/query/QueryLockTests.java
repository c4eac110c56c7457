package io.github.matrixone.spring.contract.jpa.query;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.QueryHint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Locks of JPA, and which rows they keep others from.
 */
class QueryLockTests extends QueryContract {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@Autowired
	Purchases purchases;

	@BeforeEach
	void fill() {
		fillShop();
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource(names = { "PESSIMISTIC_READ", "PESSIMISTIC_WRITE", "PESSIMISTIC_FORCE_INCREMENT" })
	void findLocksTheRowOnly(LockModeType mode) {
		whileLocked(() -> this.entityManager.find(Purchase.class, 10L, mode), () -> {
			assertThat(lockedIn("purchase", 10, 11, 12)).containsExactly(10);
			assertThat(lockedIn("customer", 1, 2)).isEmpty();
			assertThat(lockedIn("line", 100, 101)).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "PESSIMISTIC_READ", "PESSIMISTIC_WRITE", "PESSIMISTIC_FORCE_INCREMENT" })
	void aLoadedEntityCanBeLocked(LockModeType mode) {
		whileLocked(() -> this.entityManager.lock(this.entityManager.find(Purchase.class, 10L), mode),
				() -> assertThat(lockedIn("purchase", 10, 11)).containsExactly(10));
	}

	@ParameterizedTest
	@EnumSource(names = { "PESSIMISTIC_READ", "PESSIMISTIC_WRITE", "PESSIMISTIC_FORCE_INCREMENT" })
	void aLoadedEntityIsReadAgainAndLockedByRefresh(LockModeType mode) {
		whileLocked(() -> {
			Purchase purchase = this.entityManager.find(Purchase.class, 10L);
			raw((statement) -> statement.executeUpdate("UPDATE purchase SET status = 'OPEN' WHERE id = 10"));
			this.entityManager.refresh(purchase, mode);
			assertThat(purchase.status).isEqualTo(Purchase.Status.OPEN);
		}, () -> assertThat(lockedIn("purchase", 10, 11)).containsExactly(10));
	}

	@Test
	void aForcedIncrementChangesTheVersion() {
		this.transaction.executeWithoutResult(
				(status) -> this.entityManager.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_FORCE_INCREMENT));
		this.transaction.executeWithoutResult(
				(status) -> this.entityManager.find(Purchase.class, 11L, LockModeType.OPTIMISTIC_FORCE_INCREMENT));
		assertThat(rows("select p.id, p.version from Purchase p where p.id in (10, 11, 12) order by p.id"))
			.isEqualTo("10, 1; 11, 1; 12, 0");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# query                                                                               | locked | customers
			select p from Purchase p where p.id = 10                                              | 10     |
			select p from Purchase p where p.status = PAID                                        | 10, 12 |
			select p from Purchase p where p.id in (10, 13) order by p.placedAt desc              | 10, 13 |
			select p from Purchase p join p.customer c where c.name = 'Ada'                       | 10, 11 | 1
			select p from Purchase p join fetch p.customer c where c.name = 'Bob'                 | 12     | 2
			select p from Purchase p left join fetch p.customer where p.id in (13, 14)            | 13, 14 | 3
			select p from Purchase p where p.customer.name = 'Cid'                                | 13     | 3
			select p from Purchase p where p.customer in (select c from Customer c where c.id = 1)| 10, 11 |
			select p from Purchase p where exists (select 1 from p.lines l where l.quantity = 10) | 10     |
			select p from Purchase p where p.placedAt = (select max(q.placedAt) from Purchase q)  | 14     |
			""")
	void aQueryLocksTheRowsThatItFindsAndThoseItJoins(String hql, String purchaseIds, String customerIds) {
		whileLocked(() -> this.entityManager.createQuery(hql, Purchase.class)
			.setLockMode(LockModeType.PESSIMISTIC_WRITE)
			.getResultList(), () -> {
				assertThat(text(lockedIn("purchase", 10, 11, 12, 13, 14))).isEqualTo(purchaseIds.replace(',', ';'));
				assertThat(text(lockedIn("customer", 1, 2, 3, 4))).isEqualTo((customerIds != null) ? customerIds : "");
			});
	}

	@Test
	void aQueryForAPageLocksAllRowsOfItsCondition() {
		whileLocked(
				() -> assertThat(this.entityManager
					.createQuery("select p from Purchase p where p.id < 14 order by p.id", Purchase.class)
					.setFirstResult(1)
					.setMaxResults(1)
					.setLockMode(LockModeType.PESSIMISTIC_WRITE)
					.getResultList()).extracting((purchase) -> purchase.id).containsExactly(11L),
				() -> assertThat(lockedIn("purchase", 10, 11, 12, 13, 14)).containsExactly(10, 11, 12, 13));
	}

	@Test
	void anEntityOfSeveralTablesIsLockedInAll() {
		whileLocked(() -> this.entityManager.find(Payment.class, 1L, LockModeType.PESSIMISTIC_WRITE), () -> {
			assertThat(lockedIn("payment", 1, 2)).containsExactly(1);
			assertThat(lockedIn("card_payment", 1, 3)).containsExactly(1);
		});
		whileLocked(() -> this.entityManager.createQuery("select p from BankPayment p", Payment.Bank.class)
			.setLockMode(LockModeType.PESSIMISTIC_WRITE)
			.getResultList(), () -> {
				assertThat(lockedIn("payment", 1, 2, 3)).containsExactly(2);
				assertThat(lockedIn("bank_payment", 2)).containsExactly(2);
			});
	}

	@Test
	void anEntityOfOneTableForManyTypesIsLocked() {
		whileLocked(() -> this.entityManager.find(Vehicle.class, 2L, LockModeType.PESSIMISTIC_WRITE),
				() -> assertThat(lockedIn("vehicle", 1, 2, 3)).containsExactly(2));
	}

	@Test
	void aMethodOfARepositoryLocks() {
		whileLocked(() -> assertThat(this.purchases.findById(10L)).isPresent(),
				() -> assertThat(lockedIn("purchase", 10, 11)).containsExactly(10));
		whileLocked(() -> assertThat(this.purchases.findByStatus(Purchase.Status.OPEN)).hasSize(2),
				() -> assertThat(lockedIn("purchase", 10, 11, 12, 13, 14)).containsExactly(11, 14));
		whileLocked(
				() -> assertThat(this.purchases.findByStatusOrderById(Purchase.Status.OPEN, Limit.of(1))).hasSize(1),
				() -> assertThat(lockedIn("purchase", 10, 11, 12, 13, 14)).containsExactly(11, 14));
		whileLocked(() -> assertThat(this.purchases.locked(12L)).isNotNull(), () -> {
			assertThat(lockedIn("purchase", 10, 11, 12, 13, 14)).containsExactly(12);
			assertThat(lockedIn("customer", 1, 2)).containsExactly(2);
		});
	}

	@Test
	void aSecondTransactionWaitsForTheFirstAndReadsWhatItHasCommitted() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		Future<Purchase.Status> second = this.transaction.execute((status) -> {
			Purchase purchase = this.entityManager.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_WRITE);
			Future<Purchase.Status> waiting = this.threads.submit(() -> this.transaction.execute((other) -> {
				started.countDown();
				return this.entityManager.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_WRITE).status;
			}));
			await(started);
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> waiting.get(1, TimeUnit.SECONDS));
			purchase.status = Purchase.Status.CANCELLED;
			return waiting;
		});
		assertThat(second.get()).isEqualTo(Purchase.Status.CANCELLED);
	}

	@Test
	void aRowThatAnotherHasChangedSinceItWasReadCannotBeLocked() {
		this.transaction.executeWithoutResult((status) -> {
			Purchase purchase = this.entityManager.find(Purchase.class, 10L);
			raw((statement) -> statement.executeUpdate("UPDATE purchase SET version = version + 1 WHERE id = 10"));
			assertThatExceptionOfType(OptimisticLockException.class)
				.isThrownBy(() -> this.entityManager.lock(purchase, LockModeType.PESSIMISTIC_WRITE));
			status.setRollbackOnly();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "OPTIMISTIC", "OPTIMISTIC_FORCE_INCREMENT" })
	void anOptimisticLockIsCheckedAtTheEnd(LockModeType mode) {
		assertThatExceptionOfType(OptimisticLockingFailureException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.entityManager.find(Purchase.class, 10L, mode);
				raw((statement) -> statement.executeUpdate("UPDATE purchase SET version = version + 1 WHERE id = 10"));
			}));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -2 })
	void neitherNowaitNorSkipLockedIsTaken(int timeout) {
		this.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> this.entityManager
				.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_WRITE, timeout(timeout)));
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.entityManager.createQuery("select p from Purchase p", Purchase.class)
					.setLockMode(LockModeType.PESSIMISTIC_WRITE)
					.setHint("jakarta.persistence.lock.timeout", timeout)
					.getResultList());
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.purchases.findByStatusOrderByIdDesc(Purchase.Status.OPEN));
			status.setRollbackOnly();
		});
	}

	@Test
	void aQueryWithACommonTableExpressionCannotLock() {
		String hql = "with t as (select q.id as id from Purchase q) select p from t x join Purchase p on p.id = x.id";
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.entityManager.createQuery(hql, Purchase.class).getResultList()).isNotEmpty();
			assertThatExceptionOfType(UnsupportedByServerException.class)
				.isThrownBy(() -> this.entityManager.createQuery(hql, Purchase.class)
					.setLockMode(LockModeType.PESSIMISTIC_WRITE)
					.getResultList())
				.withMessageContaining("common table expression");
			status.setRollbackOnly();
		});
	}

	@Test
	void aLockTimeoutIsIgnoredAndATimeoutOfTheTransactionOrTheQueryEndsTheWait() throws Exception {
		whileLocked(() -> this.entityManager.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_WRITE), () -> {
			assertThat(waits(
					() -> this.entityManager.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_WRITE, timeout(100))))
				.isTrue();
			TransactionTemplate timed = new TransactionTemplate(this.transaction.getTransactionManager());
			timed.setTimeout(1);
			Future<?> transaction = this.threads.submit(() -> timed.executeWithoutResult(
					(status) -> this.entityManager.find(Purchase.class, 10L, LockModeType.PESSIMISTIC_WRITE)));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> transaction.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(jakarta.persistence.QueryTimeoutException.class);
			Future<?> repository = this.threads.submit(() -> this.transaction
				.execute((status) -> this.purchases.findByIdAndStatus(10L, Purchase.Status.PAID)));
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> repository.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(QueryTimeoutException.class);
		});
	}

	private void whileLocked(Runnable lock, Runnable check) {
		this.transaction.executeWithoutResult((status) -> {
			lock.run();
			check.run();
			status.setRollbackOnly();
		});
	}

	private List<Integer> lockedIn(String table, int... ids) {
		List<Integer> locked = new ArrayList<>();
		raw((statement) -> {
			statement.setQueryTimeout(1);
			for (int id : ids) {
				try {
					statement.executeUpdate("UPDATE " + table + " SET id = id WHERE id = " + id);
				}
				catch (SQLTimeoutException ex) {
					locked.add(id);
				}
			}
		});
		return locked;
	}

	private boolean waits(Runnable work) {
		Future<?> waiting = this.threads.submit(() -> this.transaction.executeWithoutResult((status) -> work.run()));
		try {
			waiting.get(1, TimeUnit.SECONDS);
			return false;
		}
		catch (TimeoutException ex) {
			return true;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void raw(Work work) {
		try (Connection connection = DriverManager.getConnection(ServerUnderTest.get().url() + "contract_query",
				ServerUnderTest.get().username(), ServerUnderTest.get().password());
				Statement statement = connection.createStatement()) {
			work.with(statement);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, Object> timeout(int milliseconds) {
		return Map.of("jakarta.persistence.lock.timeout", milliseconds);
	}

	private interface Work {

		void with(Statement statement) throws SQLException;

	}

	interface Purchases extends Repository<Purchase, Long> {

		@Lock(LockModeType.PESSIMISTIC_WRITE)
		Optional<Purchase> findById(Long id);

		@Lock(LockModeType.PESSIMISTIC_READ)
		List<Purchase> findByStatus(Purchase.Status status);

		@Lock(LockModeType.PESSIMISTIC_WRITE)
		List<Purchase> findByStatusOrderById(Purchase.Status status, Limit limit);

		@Lock(LockModeType.PESSIMISTIC_WRITE)
		@QueryHints(@QueryHint(name = "jakarta.persistence.lock.timeout", value = "-2"))
		List<Purchase> findByStatusOrderByIdDesc(Purchase.Status status);

		@Lock(LockModeType.PESSIMISTIC_WRITE)
		@QueryHints(@QueryHint(name = "jakarta.persistence.query.timeout", value = "1000"))
		List<Purchase> findByIdAndStatus(Long id, Purchase.Status status);

		@Lock(LockModeType.PESSIMISTIC_WRITE)
		@Query("select p from Purchase p join fetch p.customer where p.id = ?1")
		Purchase locked(Long id);

	}

}
