package io.github.matrixone.spring.r2dbc;

import java.util.ArrayList;
import java.util.List;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import reactor.core.publisher.Flux;

import io.github.matrixone.spring.sql.SqlStatement;

/**
 * Shows a connection's transaction the texts of a batch before they are sent.
 */
final class WrappedBatch implements Batch {

	private final List<String> texts = new ArrayList<>();

	private final List<SqlStatement> statements = new ArrayList<>();

	private final Batch target;

	private final R2dbcTransaction transaction;

	WrappedBatch(Batch target, R2dbcTransaction transaction) {
		this.target = target;
		this.transaction = transaction;
	}

	@Override
	public Batch add(String sql) {
		this.texts.add(sql);
		List<SqlStatement> added = SqlStatement.parse(sql);
		this.statements.addAll(added);
		this.target.add(this.transaction.state().sent(sql, added));
		return this;
	}

	@Override
	public Flux<Result> execute() {
		return this.transaction.execute(List.copyOf(this.texts), (index) -> null, List.copyOf(this.statements),
				(place) -> Flux.defer(this.target::execute));
	}

}
