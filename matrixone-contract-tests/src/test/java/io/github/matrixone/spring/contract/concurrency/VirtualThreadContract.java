package io.github.matrixone.spring.contract.concurrency;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.contract.concurrency.EntryService.FailedOnPurposeException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thousand transactions at once, each on its virtual thread, share ten connections.
 */
abstract class VirtualThreadContract extends ConcurrencyContract {

	private static final int TRANSACTIONS = 1000;

	private static final int MINUTES = 3;

	private static final IntPredicate COMMITS = (number) -> !EntryService.fails(number);

	private static final IntPredicate CLONES = COMMITS.and(EntryService::usesCommands);

	@Test
	void aThousandTransactionsCommitOrRollBackAsAWhole() throws Exception {
		addAllAtOnce();
		assertThat(numbers("entry")).containsExactlyElementsOf(numbers(COMMITS));
		assertThat(cloneNames()).hasSize(20)
			.containsExactlyInAnyOrderElementsOf(
					numbers(CLONES).stream().map((number) -> EntryService.clone(number).name()).toList());
		assertThat(snapshotNames()).hasSize(40)
			.containsExactlyInAnyOrderElementsOf(numbers(CLONES).stream()
				.flatMap((number) -> List.of(EntryService.before(number), EntryService.after(number)).stream())
				.map(Object::toString)
				.toList());
	}

	@Test
	void clonesAndSnapshotsHoldWhatWasThere() throws Exception {
		addAllAtOnce();
		for (int number : numbers(CLONES)) {
			assertThat(numbers(EntryService.clone(number).quoted())).contains(number)
				.doesNotHaveDuplicates()
				.allMatch(COMMITS::test);
			assertThat(numbers(this.snapshots.tableAt(EntryService.ENTRY, EntryService.before(number))))
				.doesNotContain(number)
				.doesNotHaveDuplicates()
				.allMatch(COMMITS::test);
			assertThat(numbers(this.snapshots.tableAt(EntryService.ENTRY, EntryService.after(number)))).contains(number)
				.doesNotHaveDuplicates()
				.allMatch(COMMITS::test);
		}
	}

	@Test
	void noThreadIsPinnedByThisLibrary() throws Exception {
		addAllAtOnce();
		super.prepare();
		try (PinnedThreads pinned = new PinnedThreads()) {
			addAllAtOnce();
			assertThat(pinned.stop().stream().filter(PinnedThreads::hasFrameOfThisLibrary)).isEmpty();
		}
	}

	private void addAllAtOnce() throws Exception {
		CountDownLatch started = new CountDownLatch(TRANSACTIONS);
		List<CompletableFuture<Boolean>> added = IntStream.range(0, TRANSACTIONS)
			.mapToObj((number) -> this.threads.submitCompletable(() -> {
				assertThat(Thread.currentThread().toString()).startsWith("VirtualThread");
				started.countDown();
				started.await();
				return add(number);
			}))
			.toList();
		CompletableFuture.allOf(added.toArray(CompletableFuture[]::new)).get(MINUTES, TimeUnit.MINUTES);
		assertThat(added.stream().map(CompletableFuture::join).filter(Boolean::booleanValue))
			.hasSize(numbers(COMMITS).size());
	}

	private boolean add(int number) {
		try {
			this.service.add(number);
			return true;
		}
		catch (FailedOnPurposeException ex) {
			return false;
		}
	}

	private static List<Integer> numbers(IntPredicate which) {
		return IntStream.range(0, TRANSACTIONS).filter(which).boxed().toList();
	}

}
