package io.github.matrixone.spring.contract.concurrency;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.core.task.VirtualThreadTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@link PinnedThreads} would see one.
 */
@EnabledIfVirtualThreads
class PinnedThreadsTests {

	@Test
	void seesAThreadThatWaitsInAStaticInitializer() throws Exception {
		try (PinnedThreads pinned = new PinnedThreads()) {
			new VirtualThreadTaskExecutor().submitCompletable(WaitsInItsStaticInitializer::new)
				.get(1, TimeUnit.MINUTES);
			assertThat(pinned.stop()).singleElement()
				.matches((event) -> PinnedThreads.hasFrameOf(event, WaitsInItsStaticInitializer.class.getName()));
		}
	}

	private static final class WaitsInItsStaticInitializer {

		static {
			try {
				assertThat(new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS)).isFalse();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
