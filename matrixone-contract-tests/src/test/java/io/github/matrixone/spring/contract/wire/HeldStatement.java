package io.github.matrixone.spring.contract.wire;

import java.util.concurrent.TimeUnit;

/**
 * A statement that a {@link WireServer} does not answer until it is told to, or until the
 * statement is killed.
 */
public final class HeldStatement {

	private final Reaction.Hold hold;

	HeldStatement(Reaction.Hold hold) {
		this.hold = hold;
	}

	/**
	 * Wait until the statement has arrived at the server.
	 */
	public void awaitArrival() throws InterruptedException {
		if (!this.hold.arrived().await(10, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The statement has not arrived in ten seconds");
		}
	}

	/**
	 * Let the server carry the statement out and answer.
	 */
	public void release() {
		this.hold.release();
	}

}
