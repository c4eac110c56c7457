package io.github.matrixone.spring.benchmarks;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.Query;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.Resultset;
import com.mysql.cj.protocol.ServerSession;
import org.jspecify.annotations.Nullable;

/**
 * Records what Connector/J really sends, its own statements included. Named in a URL.
 */
public class SentStatements implements QueryInterceptor {

	private static final List<String> SENT = new CopyOnWriteArrayList<>();

	/**
	 * Return what is sent while something is done.
	 */
	static List<String> during(ThrowingRunnable action) throws Exception {
		SENT.clear();
		action.run();
		return List.copyOf(SENT);
	}

	@Override
	public QueryInterceptor init(MysqlConnection connection, Properties properties, Log log) {
		return this;
	}

	@Override
	public <T extends Resultset> @Nullable T preProcess(Supplier<String> sql, Query interceptedQuery) {
		SENT.add(sql.get());
		return null;
	}

	@Override
	public boolean executeTopLevelOnly() {
		return false;
	}

	@Override
	public void destroy() {
	}

	@Override
	public <T extends Resultset> @Nullable T postProcess(Supplier<String> sql, Query interceptedQuery,
			T originalResultSet, ServerSession serverSession) {
		return null;
	}

	/**
	 * Something to do.
	 */
	interface ThrowingRunnable {

		void run() throws Exception;

	}

}
