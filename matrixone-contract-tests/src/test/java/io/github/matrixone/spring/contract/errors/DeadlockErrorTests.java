package io.github.matrixone.spring.contract.errors;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.errors.ErrorsApplication.PartRepository;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a deadlock, which the server finds after 6 to 9 seconds.
 */
@EnabledIfServer
@SpringBootTest(classes = ErrorsApplication.class)
class DeadlockErrorTests {

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PartRepository parts;

	@Autowired
	private PlatformTransactionManager transactionManager;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ErrorsApplication.server(registry);
	}

	@BeforeEach
	void prepare() {
		this.jdbc.update("DELETE FROM part");
		this.jdbc.update("INSERT INTO part (id, name, quantity) VALUES (1, 'one', 0), (2, 'two', 0)");
	}

	@Test
	void classifiesADeadlockThroughJdbc() {
		assertDeadlock((id) -> this.jdbc.update("UPDATE part SET quantity = quantity + 1 WHERE id = ?", id));
	}

	@Test
	void classifiesADeadlockThroughJpa() {
		assertDeadlock(this.parts::increment);
	}

	private void assertDeadlock(IntConsumer increment) {
		CyclicBarrier bothHoldOne = new CyclicBarrier(2);
		Executor threads = new SimpleAsyncTaskExecutor();
		CompletableFuture<DataAccessException> first = CompletableFuture
			.supplyAsync(() -> incrementBoth(increment, 1, 2, bothHoldOne), threads);
		CompletableFuture<DataAccessException> second = CompletableFuture
			.supplyAsync(() -> incrementBoth(increment, 2, 1, bothHoldOne), threads);
		List<DataAccessException> victims = Stream.of(first.join(), second.join()).filter(Objects::nonNull).toList();
		assertThat(victims).isNotEmpty()
			.allSatisfy((ex) -> assertThat(ex).isExactlyInstanceOf(CannotAcquireLockException.class)
				.hasStackTraceContaining("deadlock detected"));
		assertThat(this.jdbc.queryForList("SELECT quantity FROM part", Integer.class)).containsOnly(2 - victims.size());
	}

	private DataAccessException incrementBoth(IntConsumer increment, int first, int second, CyclicBarrier barrier) {
		try {
			new TransactionTemplate(this.transactionManager).executeWithoutResult((status) -> {
				increment.accept(first);
				await(barrier);
				increment.accept(second);
			});
			return null;
		}
		catch (DataAccessException ex) {
			return ex;
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
