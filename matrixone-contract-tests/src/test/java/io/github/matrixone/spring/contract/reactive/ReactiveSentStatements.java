package io.github.matrixone.spring.contract.reactive;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.r2dbc.proxy.core.MethodExecutionInfo;
import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.proxy.listener.ProxyExecutionListener;

import io.github.matrixone.spring.contract.SentStatements;

/**
 * Records what is called on the driver's connections, beneath the pool and the wrapper:
 * each statement's text, and each call by which the driver would send one of its own.
 * Counts the rows that are read.
 */
public class ReactiveSentStatements extends SentStatements implements ProxyExecutionListener {

	private final AtomicInteger rows = new AtomicInteger();

	private volatile Consumer<String> listener = (statement) -> {
	};

	@Override
	public void clear() {
		super.clear();
		onStatement((statement) -> {
		});
		this.rows.set(0);
	}

	void onStatement(Consumer<String> listener) {
		this.listener = listener;
	}

	@Override
	protected void add(String statement) {
		super.add(statement);
		this.listener.accept(statement);
	}

	int rows() {
		return this.rows.get();
	}

	@Override
	public void beforeMethod(MethodExecutionInfo info) {
		String method = info.getMethod().getName();
		switch (method) {
			case "beginTransaction" -> add("BEGIN");
			case "commitTransaction" -> add("COMMIT");
			case "rollbackTransaction" -> add("ROLLBACK");
			case "createSavepoint", "releaseSavepoint", "rollbackTransactionToSavepoint", "setAutoCommit",
					"setLockWaitTimeout", "setStatementTimeout", "setTransactionIsolationLevel" ->
				add(method + "(" + info.getMethodArgs()[0] + ")");
			default -> {
			}
		}
	}

	@Override
	public void beforeQuery(QueryExecutionInfo info) {
		info.getQueries().forEach((query) -> add(query.getQuery()));
	}

	@Override
	public void eachQueryResult(QueryExecutionInfo info) {
		this.rows.incrementAndGet();
	}

}
