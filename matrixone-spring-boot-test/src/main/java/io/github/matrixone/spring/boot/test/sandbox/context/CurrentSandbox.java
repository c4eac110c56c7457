package io.github.matrixone.spring.boot.test.sandbox.context;

import java.util.Set;

import io.github.matrixone.spring.boot.test.sandbox.Sandbox;
import io.github.matrixone.spring.boot.test.sandbox.TableChanges;

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
