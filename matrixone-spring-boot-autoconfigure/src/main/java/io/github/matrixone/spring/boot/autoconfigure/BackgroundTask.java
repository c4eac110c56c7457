package io.github.matrixone.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Something that is done again and again while the application runs, on a thread of its
 * own.
 *
 * @since 0.1
 */
public abstract class BackgroundTask implements SmartLifecycle {

	private final String threadNamePrefix;

	private @Nullable ThreadPoolTaskScheduler scheduler;

	/**
	 * Create a task.
	 * @param threadNamePrefix what the name of its thread begins with
	 */
	protected BackgroundTask(String threadNamePrefix) {
		this.threadNamePrefix = threadNamePrefix;
	}

	/**
	 * Say when it is done.
	 * @param scheduler does it
	 */
	protected abstract void schedule(TaskScheduler scheduler);

	@Override
	public final synchronized void start() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setDaemon(true);
		scheduler.setThreadNamePrefix(this.threadNamePrefix);
		scheduler.initialize();
		schedule(scheduler);
		this.scheduler = scheduler;
	}

	@Override
	public final synchronized void stop() {
		if (this.scheduler != null) {
			this.scheduler.destroy();
			this.scheduler = null;
		}
	}

	@Override
	public final synchronized boolean isRunning() {
		return this.scheduler != null;
	}

}
