package io.github.matrixone.spring.boot.test.sandbox.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

import io.github.matrixone.spring.sql.DatabaseName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SandboxPoolTests {

	private final AtomicInteger made = new AtomicInteger();

	private final Queue<DatabaseName> dropped = new ConcurrentLinkedQueue<>();

	private final Semaphore drops = new Semaphore(1000);

	private final SandboxPool pool = new SandboxPool(this::make, this::drop);

	private volatile boolean broken;

	@AfterEach
	void letDropsGo() {
		this.drops.release(1000);
	}

	@Test
	void hasAsManyReadyAsWereTakenUpToFour() {
		this.pool.take();
		awaitMade(2);
		this.pool.take();
		awaitMade(4);
		for (int i = 0; i < 10; i++) {
			this.pool.take();
		}
		awaitMade(12 + 4);
	}

	@Test
	void givesEachDatabaseOnce() {
		List<DatabaseName> taken = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			taken.add(this.pool.take());
		}
		assertThat(taken).doesNotHaveDuplicates();
	}

	@Test
	void letsNoTestWaitForDrops() throws Exception {
		List<DatabaseName> used = List.of(this.pool.take(), this.pool.take(), this.pool.take());
		awaitMade(6);
		this.drops.drainPermits();
		used.forEach(this.pool::giveBack);
		assertThat(CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 10; i++) {
				this.pool.giveBack(this.pool.take());
			}
		})).succeedsWithin(Duration.ofSeconds(20));
		assertThat(this.dropped).isEmpty();
	}

	@Test
	void dropsAllThatWereUsedOrReady() throws Exception {
		List<DatabaseName> used = List.of(this.pool.take(), this.pool.take(), this.pool.take());
		used.forEach(this.pool::giveBack);
		this.pool.close();
		assertThat(this.dropped).hasSize(this.made.get()).containsAll(used).doesNotHaveDuplicates();
	}

	@Test
	void dropsWhatIsUsedAfterItsEnd() throws Exception {
		DatabaseName used = this.pool.take();
		this.pool.close();
		assertThat(this.dropped).doesNotContain(used);
		this.pool.giveBack(used);
		assertThat(this.dropped).contains(used);
	}

	@Test
	void makesOneForATestIfNoneCouldBeMadeAhead() {
		this.pool.take();
		awaitMade(2);
		this.broken = true;
		this.pool.take();
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class).isThrownBy(this.pool::take);
		this.broken = false;
		assertThat(this.pool.take()).isNotNull();
	}

	@Test
	void tellsHowLongTestsWaitedAndHowLongItTookToMakeOne() {
		assertThat(this.pool.times()).hasToString("No sandbox was needed");
		this.pool.take();
		assertThat(this.pool.times().toString())
			.matches("1 sandboxes: tests waited \\d+ ms for one \\(median\\), \\d+ ms at most; "
					+ "to make one took \\d+ ms \\(median\\)");
	}

	private void awaitMade(int count) {
		Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAtomic(this.made, Matchers.is(count));
	}

	private DatabaseName make() {
		if (this.broken) {
			throw new InvalidDataAccessResourceUsageException("on purpose");
		}
		return DatabaseName.of("sandbox_" + this.made.incrementAndGet());
	}

	private void drop(DatabaseName database) {
		this.drops.acquireUninterruptibly();
		this.dropped.add(database);
	}

}
