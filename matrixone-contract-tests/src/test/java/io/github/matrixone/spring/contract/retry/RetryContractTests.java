package io.github.matrixone.spring.contract.retry;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.retry.RetryApplication.Conflicts;
import io.github.matrixone.spring.contract.retry.RetryApplication.EntityManagerService;
import io.github.matrixone.spring.contract.retry.RetryApplication.IncrementService;
import io.github.matrixone.spring.contract.retry.RetryApplication.JdbcService;
import io.github.matrixone.spring.contract.retry.RetryApplication.RepositoryService;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That nothing is lost and nothing done twice where transactions deadlock on purpose. The
 * server needs 6 to 9 seconds to find a deadlock.
 */
@EnabledIfServer
@SpringBootTest(classes = RetryApplication.class)
class RetryContractTests {

	private static final int THREADS = 8;

	private static final int ROUNDS = 3;

	@Autowired
	private ApplicationContext context;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private Conflicts conflicts;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		RetryApplication.server(registry);
	}

	@BeforeEach
	void prepare() {
		this.jdbc.update("DELETE FROM account");
		for (int id = 0; id < THREADS; id++) {
			this.jdbc.update("INSERT INTO account VALUES (?, 0, 0)", id);
		}
		this.conflicts.clear();
	}

	/**
	 * Threads 0 and 1 increment accounts 0 and 1, each beginning with its own, threads 2
	 * and 3 accounts 2 and 3, and so on. In the first round each pair waits until both
	 * hold one, so that they deadlock.
	 */
	@ParameterizedTest
	@ValueSource(classes = { JdbcService.class, RepositoryService.class, EntityManagerService.class })
	void losesNothingAndDoesNothingTwice(Class<? extends IncrementService> type) {
		IncrementService service = this.context.getBean(type);
		List<CyclicBarrier> pairs = IntStream.range(0, THREADS / 2).mapToObj((pair) -> new CyclicBarrier(2)).toList();
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		CompletableFuture
			.allOf(IntStream.range(0, THREADS)
				.mapToObj((thread) -> CompletableFuture
					.runAsync(() -> incrementInRounds(service, thread, thread ^ 1, pairs.get(thread / 2)), threads))
				.toArray(CompletableFuture[]::new))
			.join();
		threads.shutdown();
		assertThat(this.conflicts.all()).hasSizeGreaterThanOrEqualTo(THREADS / 2);
		assertThat(this.jdbc.queryForList("SELECT balance FROM account", Integer.class)).hasSize(THREADS)
			.containsOnly(2 * ROUNDS);
	}

	private static void incrementInRounds(IncrementService service, int own, int other, CyclicBarrier bothHoldOne) {
		AtomicBoolean waited = new AtomicBoolean();
		for (int round = 0; round < ROUNDS; round++) {
			service.increment(own, other, () -> {
				if (waited.compareAndSet(false, true)) {
					await(bothHoldOne);
				}
			});
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
