package io.github.matrixone.spring.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Records what is sent beneath the wrapper.
 */
public abstract class SentStatements {

	private final List<String> sent = new CopyOnWriteArrayList<>();

	public void clear() {
		this.sent.clear();
	}

	public List<String> all() {
		return List.copyOf(this.sent);
	}

	protected void add(String statement) {
		this.sent.add(statement);
	}

}
