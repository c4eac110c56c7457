package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.Savepoint;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;

/**
 * SQL over JDBC.
 */
record JdbcSql(JdbcTemplate jdbc, MatrixOneBackend backend) implements Sql {

	@Override
	public boolean isServer() {
		return this.backend instanceof ServerBackend;
	}

	@Override
	public int activeConnections() {
		return DataSourceUnwrapper.unwrap(this.jdbc.getDataSource(), HikariDataSource.class)
			.getHikariPoolMXBean()
			.getActiveConnections();
	}

	@Override
	public int update(String sql, Object... args) {
		return this.jdbc.update(sql, args);
	}

	@Override
	public void execute(String sql) {
		this.jdbc.execute(sql);
	}

	@Override
	public <T> List<T> queryForList(String sql, Class<T> type, Object... args) {
		return this.jdbc.queryForList(sql, type, args);
	}

	@Override
	public <T> T queryForObject(String sql, Class<T> type, Object... args) {
		return this.jdbc.queryForObject(sql, type, args);
	}

	@Override
	public void createSavepoint() {
		this.jdbc.execute((ConnectionCallback<Savepoint>) Connection::setSavepoint);
	}

}
