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

	/**
	 * Return what was sent but for the question of a new session how it is isolated, and
	 * the looks at keys, once a minute.
	 */
	public List<String> byTheApplication() {
		return this.sent.stream()
			.filter((sql) -> !sql.equals("SELECT @@session.transaction_isolation")
					&& !sql.contains("FROM mo_catalog.mo_indexes") && !sql.contains("FROM mo_catalog.mo_foreign_keys"))
			.toList();
	}

	protected void add(String statement) {
		this.sent.add(statement);
	}

}
