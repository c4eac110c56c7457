package io.github.matrixone.spring.jdbc.connection;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells what a pool is doing with a connection, as far as the stack of the calling thread
 * shows it: beneath a pool nothing else tells that a connection is given back. Looked at
 * only where a connection holds something that its next user must not see.
 */
final class PoolActivity {

	private static final StackWalker walker = StackWalker.getInstance();

	private static final int DEPTH = 30;

	private static final String OWN = PoolActivity.class.getPackageName();

	private static final String TOMCAT = "org.apache.tomcat.jdbc.pool.";

	private static final List<String> POOLS = List.of("com.zaxxer.hikari.", "com.alibaba.druid.",
			"org.apache.commons.dbcp2.", TOMCAT, "com.mchange.");

	/**
	 * Methods of pools that take a connection back, and clear its warnings on the way.
	 */
	private static final Set<String> RETURNING = Set.of("close", "reset", "passivateObject", "returnConnection");

	/**
	 * Methods of pools that make a new connection ready.
	 */
	private static final Set<String> SETTING_UP = Set.of("newPoolEntry", "setupConnection", "initPhysicalConnection",
			"initializeConnection", "makeObject", "connect", "acquireResource");

	private PoolActivity() {
	}

	/**
	 * Return whether it is a pool that clears the warnings of a connection which it takes
	 * back, and not a user of the pool, who may go on with the transaction.
	 */
	static boolean isReturning() {
		return caller("clearWarnings").filter((frame) -> isOfPool(frame) && RETURNING.contains(frame.getMethodName()))
			.isPresent();
	}

	/**
	 * Return whether the pool that takes a connection back does not care for autocommit,
	 * so that its next user would find it turned off.
	 */
	static boolean leavesAutoCommit() {
		return caller("clearWarnings").filter((frame) -> frame.getClassName().startsWith(TOMCAT)).isPresent();
	}

	/**
	 * Return whether it is a pool that calls a method for itself, and does not pass on a
	 * call of its user.
	 */
	static boolean isCalling(String method) {
		return caller(method).filter(PoolActivity::isOfPool).isPresent();
	}

	/**
	 * As {@link #isCalling}, without Tomcat's pool, which passes each call of its user on
	 * as if it were its own.
	 */
	static boolean isCallingForItself(String method) {
		return caller(method).filter((frame) -> isOfPool(frame) && !frame.getClassName().startsWith(TOMCAT))
			.isPresent();
	}

	/**
	 * Return whether a pool makes a new connection ready, so that what it changes is what
	 * each user is to find.
	 */
	static boolean isSettingUp() {
		return walker.walk((frames) -> frames.limit(DEPTH)
			.anyMatch((frame) -> isOfPool(frame) && SETTING_UP.contains(frame.getMethodName())));
	}

	/**
	 * Find who has called a method, behind the filters and wrappers that pass it on.
	 */
	private static Optional<StackFrame> caller(String method) {
		return walker.walk(
				(frames) -> frames
					.dropWhile((frame) -> frame.getClassName().startsWith(OWN) || frame.getMethodName().endsWith(method)
							|| frame.getClassName().startsWith("jdk.proxy"))
					.findFirst());
	}

	private static boolean isOfPool(StackFrame frame) {
		return POOLS.stream().anyMatch(frame.getClassName()::startsWith);
	}

}
