package io.github.matrixone.spring.chaos;

import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.Query;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.Resultset;
import com.mysql.cj.protocol.ServerSession;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one thread sends to the server, before and after each statement, and stops
 * it there for good.
 */
public final class StatementHook implements QueryInterceptor {

	private static volatile @Nullable Thread watched;

	private static int steps;

	private static int last;

	/**
	 * Stop the current thread at a step.
	 */
	static void stopAt(int step) {
		last = step;
		steps = 0;
		watched = Thread.currentThread();
	}

	@Override
	public QueryInterceptor init(MysqlConnection connection, Properties properties, Log log) {
		return this;
	}

	@Override
	public <T extends Resultset> @Nullable T preProcess(@Nullable Supplier<String> sql, @Nullable Query query) {
		step("before", sql);
		return null;
	}

	@Override
	public <T extends Resultset> @Nullable T postProcess(@Nullable Supplier<String> sql, @Nullable Query query,
			@Nullable T result, @Nullable ServerSession session) {
		step("after", sql);
		return null;
	}

	@Override
	public boolean executeTopLevelOnly() {
		return false;
	}

	@Override
	public void destroy() {
	}

	private static void step(String when, @Nullable Supplier<String> sql) {
		if (Thread.currentThread() == watched && steps++ == last) {
			Victim.say("AT " + when + ' ' + ((sql != null) ? sql.get().replace('\n', ' ') : ""));
			while (true) {
				LockSupport.park();
			}
		}
	}

}
