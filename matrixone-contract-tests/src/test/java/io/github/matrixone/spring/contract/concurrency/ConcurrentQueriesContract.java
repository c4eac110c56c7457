package io.github.matrixone.spring.contract.concurrency;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.snapshot.SnapshotScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Queries on several threads: at once where they are independent, and outside the
 * transaction of the thread that has started them.
 */
abstract class ConcurrentQueriesContract extends ConcurrencyContract {

	@Override
	@BeforeEach
	void prepare() {
		super.prepare();
		this.service.add(1);
		this.service.add(2);
	}

	@Test
	void independentQueriesRunAtOnceOnThePool() {
		CyclicBarrier allHaveRows = new CyclicBarrier(POOL_SIZE,
				() -> assertThat(pool().getHikariPoolMXBean().getActiveConnections()).isEqualTo(POOL_SIZE));
		List<CompletableFuture<Integer>> queries = IntStream.range(0, POOL_SIZE)
			.mapToObj((number) -> this.threads.submitCompletable(
					() -> this.jdbc.queryForObject("SELECT number + ? FROM entry WHERE number = 1", (row, index) -> {
						await(allHaveRows);
						return row.getInt(1);
					}, number)))
			.toList();
		assertThat(queries.stream().map(CompletableFuture::join)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
	}

	@Test
	void moreQueriesThanConnectionsTakeTurns() {
		List<CompletableFuture<Integer>> queries = IntStream.range(0, 100)
			.mapToObj((number) -> this.threads.submitCompletable(
					() -> this.jdbc.queryForObject("SELECT sum(number) + ? FROM entry", Integer.class, number)))
			.toList();
		assertThat(queries.stream().map(CompletableFuture::join))
			.containsExactlyElementsOf(IntStream.range(3, 103).boxed().toList());
	}

	@Test
	void aQueryOnAnotherThreadDoesNotSeeTheTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.service.add(3);
			assertThat(numbers("entry")).containsExactly(1, 2, 3);
			assertThat(onAnotherThread(() -> numbers("entry"))).containsExactly(1, 2);
		});
		assertThat(onAnotherThread(() -> numbers("entry"))).containsExactly(1, 2, 3);
	}

	@Test
	void whatAnotherThreadWritesSurvivesTheRollbackOfTheTransaction() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			this.service.add(3);
			onAnotherThread(() -> {
				this.service.add(4);
				this.clones.cloneTable(EntryService.ENTRY, EntryService.clone(4));
				return this.snapshots.create(EntryService.before(4), SnapshotScope.table(EntryService.ENTRY));
			});
			throw new IllegalStateException();
		}));
		assertThat(numbers("entry")).containsExactly(1, 2, 4);
		assertThat(numbers(EntryService.clone(4).quoted())).containsExactly(1, 2, 4);
		assertThat(snapshotNames()).containsExactly(EntryService.before(4).value());
	}

	private <T> T onAnotherThread(Callable<T> work) {
		return this.threads.submitCompletable(work).join();
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
