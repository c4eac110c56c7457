package io.github.matrixone.spring.contract;

import java.util.List;
import java.util.Optional;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * SQL over R2DBC.
 */
record WaitingSql(DatabaseClient client, ConnectionPool pool, WaitingTransactionManager transactions) implements Sql {

	@Override
	public boolean isServer() {
		return true;
	}

	@Override
	public int activeConnections() {
		return this.pool.getMetrics().map(PoolMetrics::acquiredSize).orElseThrow();
	}

	@Override
	public int update(String sql, Object... args) {
		return this.transactions.await(spec(sql, args).fetch().rowsUpdated()).intValue();
	}

	@Override
	public void execute(String sql) {
		this.transactions.await(this.client.sql(sql).then());
	}

	@Override
	public <T> List<T> queryForList(String sql, Class<T> type, Object... args) {
		return this.transactions
			.await(spec(sql, args).map((row) -> Optional.ofNullable(row.get(0, type))).all().collectList())
			.stream()
			.map((value) -> value.orElse(null))
			.toList();
	}

	@Override
	public <T> T queryForObject(String sql, Class<T> type, Object... args) {
		return DataAccessUtils.requiredSingleResult(queryForList(sql, type, args));
	}

	@Override
	public void createSavepoint() {
		this.transactions
			.await(this.client.inConnection((connection) -> Mono.from(connection.createSavepoint("contract"))));
	}

	private DatabaseClient.GenericExecuteSpec spec(String sql, Object... args) {
		DatabaseClient.GenericExecuteSpec spec = this.client.sql(sql);
		for (int i = 0; i < args.length; i++) {
			spec = spec.bind(i, args[i]);
		}
		return spec;
	}

}
