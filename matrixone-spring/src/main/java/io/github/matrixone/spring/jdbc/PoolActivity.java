package io.github.matrixone.spring.jdbc;

import java.util.Set;

/**
 * Tells what a pool is doing with a connection, as far as the stack of the calling thread
 * shows it: beneath a pool nothing else tells that a connection is given back. Looked at
 * only where a connection holds something that its next user must not see.
 */
final class PoolActivity {

	private static final StackWalker walker = StackWalker.getInstance();

	private static final int DEPTH = 20;

	/**
	 * Methods of pools that take a connection back, and clear its warnings on the way:
	 * HikariCP, Druid, DBCP2 and Tomcat JDBC, and the usual name with others.
	 */
	private static final Set<String> RETURNING = Set.of("close", "recycle", "passivateObject", "returnConnection",
			"releaseConnection", "checkinPooledConnection");

	/**
	 * Methods of pools that make a new connection ready: HikariCP, Druid, DBCP2, Tomcat
	 * JDBC and C3P0.
	 */
	private static final Set<String> SETTING_UP = Set.of("newPoolEntry", "setupConnection", "initPhysicalConnection",
			"initializeConnection", "makeObject", "connect", "acquireResource", "onAcquire");

	private PoolActivity() {
	}

	/**
	 * Return whether a connection is being given back.
	 */
	static boolean isReturning() {
		return isOnStack(RETURNING);
	}

	/**
	 * Return whether a pool makes a new connection ready, so that what it changes is what
	 * each user is to find.
	 */
	static boolean isSettingUp() {
		return isOnStack(SETTING_UP);
	}

	private static boolean isOnStack(Set<String> methods) {
		String own = PoolActivity.class.getPackageName();
		return walker.walk((frames) -> frames.filter((frame) -> !frame.getClassName().startsWith(own))
			.limit(DEPTH)
			.anyMatch((frame) -> methods.contains(frame.getMethodName())));
	}

}
