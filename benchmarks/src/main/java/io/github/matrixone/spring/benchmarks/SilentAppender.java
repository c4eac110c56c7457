package io.github.matrixone.spring.benchmarks;

import com.p6spy.engine.logging.Category;
import com.p6spy.engine.spy.appender.P6Logger;

/**
 * What p6spy logs to where nothing is logged: it asks, and is told so.
 */
public final class SilentAppender implements P6Logger {

	@Override
	public boolean isCategoryEnabled(Category category) {
		return false;
	}

	@Override
	public void logSQL(int connectionId, String now, long elapsed, Category category, String prepared, String sql,
			String url) {
	}

	@Override
	public void logException(Exception ex) {
	}

	@Override
	public void logText(String text) {
	}

}
