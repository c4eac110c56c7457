package io.github.matrixone.spring.contract;

import java.util.List;

/**
 * SQL of the application under test, and what it runs on.
 */
interface Sql {

	boolean isServer();

	int activeConnections();

	int update(String sql, Object... args);

	void execute(String sql);

	<T> List<T> queryForList(String sql, Class<T> type, Object... args);

	<T> T queryForObject(String sql, Class<T> type, Object... args);

	void createSavepoint();

}
