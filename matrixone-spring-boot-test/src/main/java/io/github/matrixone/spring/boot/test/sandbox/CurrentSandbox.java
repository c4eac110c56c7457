package io.github.matrixone.spring.boot.test.sandbox;

import java.util.Set;

/**
 * The sandbox of the thread that asks.
 */
final class CurrentSandbox implements Sandbox {

	private final Sandboxes sandboxes;

	CurrentSandbox(Sandboxes sandboxes) {
		this.sandboxes = sandboxes;
	}

	@Override
	public String database() {
		return this.sandboxes.current().database();
	}

	@Override
	public TableChanges changesOf(String table) {
		return this.sandboxes.databases().changes(this.sandboxes.current(), table);
	}

	@Override
	public Set<String> changedTables() {
		return this.sandboxes.databases().changedTables(this.sandboxes.current());
	}

	@Override
	public String toString() {
		return database();
	}

}
