package io.github.matrixone.spring.command;

import java.util.List;

/**
 * What to do after a restore, such as clearing caches. Also after one that has failed:
 * only the answer may have got lost.
 *
 * @since 0.1
 */
public final class RestoreActions {

	private final List<Runnable> actions;

	/**
	 * Create actions.
	 * @param actions the actions
	 */
	public RestoreActions(List<Runnable> actions) {
		this.actions = List.copyOf(actions);
	}

	/**
	 * Carry the actions out.
	 */
	public void run() {
		this.actions.forEach(Runnable::run);
	}

	/**
	 * Carry the actions out after a failure, which tells of theirs as well.
	 * @param failure the failure
	 */
	public void runAfter(Throwable failure) {
		try {
			run();
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

}
