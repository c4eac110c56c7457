package io.github.matrixone.spring.r2dbc;

import java.util.List;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import reactor.core.publisher.Flux;

import io.github.matrixone.spring.sql.SqlStatement;

/**
 * Shows a connection's transaction a text before it is sent.
 */
final class WrappedStatement implements Statement {

	private final String sql;

	private final List<SqlStatement> statements;

	private final Statement target;

	private final R2dbcTransaction transaction;

	WrappedStatement(String sql, Statement target, R2dbcTransaction transaction) {
		this.sql = sql;
		this.statements = SqlStatement.parse(sql);
		this.target = target;
		this.transaction = transaction;
	}

	@Override
	public Flux<Result> execute() {
		return this.transaction.execute(this.sql, this.statements, Flux.defer(this.target::execute));
	}

	@Override
	public Statement add() {
		this.target.add();
		return this;
	}

	@Override
	public Statement bind(int index, Object value) {
		this.target.bind(index, value);
		return this;
	}

	@Override
	public Statement bind(String name, Object value) {
		this.target.bind(name, value);
		return this;
	}

	@Override
	public Statement bindNull(int index, Class<?> type) {
		this.target.bindNull(index, type);
		return this;
	}

	@Override
	public Statement bindNull(String name, Class<?> type) {
		this.target.bindNull(name, type);
		return this;
	}

	@Override
	public Statement fetchSize(int rows) {
		this.target.fetchSize(rows);
		return this;
	}

	@Override
	public Statement returnGeneratedValues(String... columns) {
		this.target.returnGeneratedValues(columns);
		return this;
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

}
