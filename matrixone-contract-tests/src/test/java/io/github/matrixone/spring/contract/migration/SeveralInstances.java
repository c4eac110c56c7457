package io.github.matrixone.spring.contract.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Instances of an application that start at the same time.
 */
final class SeveralInstances {

	/**
	 * How many.
	 */
	static final int COUNT = 4;

	private static final long SECONDS = 30;

	private SeveralInstances() {
	}

	/**
	 * Start them.
	 * @param instance starts one; what it is given waits until all have called it
	 */
	static void start(Consumer<Runnable> instance) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(COUNT);
		ExecutorService executor = Executors.newFixedThreadPool(COUNT);
		try {
			List<Future<?>> started = new ArrayList<>();
			for (int i = 0; i < COUNT; i++) {
				started.add(executor.submit(() -> instance.accept(() -> meet(barrier))));
			}
			for (Future<?> each : started) {
				each.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException | BrokenBarrierException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
