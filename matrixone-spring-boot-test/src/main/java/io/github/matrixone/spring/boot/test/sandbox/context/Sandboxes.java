package io.github.matrixone.spring.boot.test.sandbox.context;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.database.OpenSandbox;
import io.github.matrixone.spring.boot.test.sandbox.database.SandboxDatabases;

/**
 * The sandboxes of an application context: which ones are open, and which of them a
 * connection belongs to. Thread-safe.
 */
final class Sandboxes implements DisposableBean {

	private static final Log logger = LogFactory.getLog(Sandboxes.class);

	private static final Duration LONGEST_TURN = Duration.ofMinutes(30);

	/** Of a sandbox whose turn is that of another one, in which it is nested. */
	private static final long NO_TURN = 0;

	private final ConfigurableApplicationContext context;

	private final String template;

	private final SchemaTools makers;

	private final StampedLock turns = new StampedLock();

	private final Map<OpenSandbox, Long> open = new HashMap<>();

	private final Map<Class<?>, SharedSandbox> shared = new HashMap<>();

	/** Empty for a test that has no sandbox. */
	private final ThreadLocal<@Nullable Optional<OpenSandbox>> bound = new ThreadLocal<>();

	private final ThreadLocal<Boolean> allowed = ThreadLocal.withInitial(() -> false);

	private volatile boolean started;

	private volatile boolean closing;

	private @Nullable DataSource pool;

	private String name = "";

	private @Nullable SandboxDatabases databases;

	Sandboxes(ConfigurableApplicationContext context, String template) {
		this.context = context;
		this.template = template;
		this.makers = new SchemaTools(this, context);
	}

	SchemaTools makers() {
		return this.makers;
	}

	/**
	 * Put this between a pool and the application. The databases are dropped before the
	 * pool is closed, which may be the only one that gives connections for that.
	 */
	synchronized DataSource wrap(DataSource pool, String name) {
		this.context.getBeanFactory().registerDependentBean(name, SandboxContextCustomizer.BEAN_NAME);
		this.pool = pool;
		this.name = name;
		this.makers.find();
		return new SandboxDataSource(this, pool);
	}

	DataSource pool() {
		return requirePool();
	}

	/**
	 * Return the databases. The first call makes the base.
	 */
	synchronized SandboxDatabases databases() {
		SandboxDatabases databases = this.databases;
		if (databases == null) {
			databases = SandboxDatabasesFactory.create(this.context, requirePool(), this, this.template, this.makers);
			this.databases = databases;
		}
		return databases;
	}

	/**
	 * Return the database of this thread. At its start and at its end the application has
	 * the base.
	 */
	String currentDatabase() {
		return (this.started && !this.closing) ? current().database() : databases().base();
	}

	/**
	 * Return the sandbox of this thread: that of its test, or the only one that is open.
	 */
	OpenSandbox current() {
		Optional<OpenSandbox> bound = this.bound.get();
		if (bound != null) {
			return bound.orElseThrow(() -> new SandboxException("This test has no sandbox: put @MatrixOneSandbox on it "
					+ "or on its class. With SandboxScope.PER_METHOD there is none in @BeforeAll and @AfterAll"));
		}
		synchronized (this.open) {
			if (this.open.size() == 1) {
				return this.open.keySet().iterator().next();
			}
			throw new SandboxException(this.open.isEmpty()
					? "No sandbox is open: between tests the application gets no connections. Of a test's own "
							+ "@TestExecutionListeners, SandboxTestExecutionListener must be one (MERGE_WITH_DEFAULTS)"
					: "There are sandboxes of " + this.open.size() + " tests, and this thread, "
							+ Thread.currentThread().getName() + ", belongs to none of them: use "
							+ "@MatrixOneSandbox(exclusive = true) for tests that use the database on other threads");
		}
	}

	/**
	 * The context has all its beans, and begins to run what runs at its start.
	 */
	void refreshed() {
		synchronized (this) {
			if (this.pool == null) {
				return;
			}
		}
		this.makers.finish();
	}

	/**
	 * The context is about to be closed. What its beans still do belongs to no test.
	 */
	void closing() {
		List<SharedSandbox> failed;
		synchronized (this.shared) {
			failed = this.shared.values().stream().filter((sandbox) -> sandbox.keptFor != null).toList();
			this.shared.values().removeAll(failed);
		}
		failed.forEach((sandbox) -> close(sandbox.sandbox, sandbox.keptFor));
		this.closing = true;
	}

	/**
	 * Let statements name databases that are forbidden.
	 */
	<T> T allowAll(Supplier<T> action) {
		Boolean before = this.allowed.get();
		this.allowed.set(Boolean.TRUE);
		try {
			return action.get();
		}
		finally {
			this.allowed.set(before);
		}
	}

	/**
	 * Return whether statements of this thread must not name a database: the one of the
	 * URL, a template, or the base once the application has started.
	 */
	boolean isForbidden(String database) {
		return !this.allowed.get() && !database.equalsIgnoreCase(currentDatabase());
	}

	/**
	 * From now on connections are given for sandboxes only.
	 */
	void started() {
		if (!this.started) {
			this.context.getBeanProvider(DataSource.class).getIfUnique();
			requirePool();
			OtherDataSources.refuse(this.context, this.name, requirePool());
			this.makers.finish();
			databases();
			this.started = true;
		}
	}

	/**
	 * Open a sandbox.
	 * @param testClass the class that has it, or whose method has it
	 * @param exclusive whether to wait until no other is open, and to keep others waiting
	 */
	OpenSandbox open(Class<?> testClass, boolean exclusive) {
		started();
		boolean alone = exclusive || WebServers.isRunning(this.context);
		long stamp = hasTurn(testClass, alone) ? NO_TURN : takeTurn(alone);
		boolean opened = false;
		try {
			Caches.clear(this.context);
			OpenSandbox sandbox = databases().create();
			synchronized (this.open) {
				this.open.put(sandbox, stamp);
			}
			opened = true;
			return sandbox;
		}
		finally {
			if (!opened) {
				endTurn(stamp);
			}
		}
	}

	/**
	 * Close a sandbox.
	 * @param keptFor the name of a failed test for which its data is to be kept
	 */
	void close(OpenSandbox sandbox, @Nullable String keptFor) {
		Long stamp;
		synchronized (this.open) {
			stamp = this.open.remove(sandbox);
		}
		if (stamp == null) {
			return;
		}
		try {
			if (keptFor != null) {
				String kept = databases().keep(sandbox, keptFor);
				logger.warn(keptFor + " failed: its database is kept as " + kept + ". Drop it with DROP DATABASE `"
						+ kept + '`');
			}
		}
		catch (RuntimeException ex) {
			logger.warn("The database of " + keptFor + ", which failed, could not be kept", ex);
		}
		finally {
			endTurn(stamp);
			drop(sandbox);
		}
	}

	/**
	 * Open the sandbox of a class, or join it if it is open.
	 */
	OpenSandbox openShared(Class<?> owner, boolean exclusive) {
		synchronized (this.shared) {
			SharedSandbox joined = this.shared.get(owner);
			if (joined != null) {
				joined.users++;
				return joined.sandbox;
			}
		}
		OpenSandbox sandbox = open(owner, exclusive);
		synchronized (this.shared) {
			this.shared.put(owner, new SharedSandbox(sandbox));
		}
		return sandbox;
	}

	OpenSandbox shared(Class<?> owner) {
		synchronized (this.shared) {
			SharedSandbox sandbox = this.shared.get(owner);
			if (sandbox == null) {
				throw new SandboxException("The sandbox that the tests of " + owner.getName()
						+ " share was closed with its application context while they run on several threads: run them "
						+ "on one, or do without @DirtiesContext");
			}
			return sandbox.sandbox;
		}
	}

	/**
	 * Have the sandbox of a class kept when it is closed.
	 */
	void keepShared(Class<?> owner, String test) {
		synchronized (this.shared) {
			SharedSandbox failed = this.shared.get(owner);
			if (failed != null && failed.keptFor == null) {
				failed.keptFor = test;
			}
		}
	}

	/**
	 * Leave the sandbox of a class, and close it if nobody else has it.
	 */
	void closeShared(Class<?> owner) {
		SharedSandbox left;
		synchronized (this.shared) {
			left = this.shared.get(owner);
			if (left == null || --left.users > 0) {
				return;
			}
			this.shared.remove(owner);
		}
		close(left.sandbox, left.keptFor);
	}

	boolean areKeptOnFailure() {
		return this.context.getEnvironment().getProperty("matrixone.sandbox.keep-on-failure", Boolean.class, false);
	}

	/**
	 * Give this thread a sandbox, or none.
	 * @return what it had before
	 */
	@Nullable Optional<OpenSandbox> bind(@Nullable Optional<OpenSandbox> sandbox) {
		Optional<OpenSandbox> before = this.bound.get();
		if (sandbox != null) {
			this.bound.set(sandbox);
		}
		else {
			this.bound.remove();
		}
		return before;
	}

	@Override
	public void destroy() {
		Set<OpenSandbox> left;
		synchronized (this.open) {
			left = new LinkedHashSet<>(this.open.keySet());
			this.open.clear();
		}
		left.forEach(this::drop);
		SandboxDatabases databases;
		synchronized (this) {
			databases = this.databases;
		}
		if (databases != null) {
			databases.close();
		}
	}

	private void drop(OpenSandbox sandbox) {
		try {
			databases().drop(sandbox);
		}
		catch (RuntimeException ex) {
			logger.warn("The sandbox " + sandbox.database() + " could not be dropped. The next run will try again", ex);
		}
	}

	/**
	 * Return whether a class around another one has a turn that lasts until both have
	 * ended.
	 * @throws SandboxException if waiting for the end of that would never end
	 */
	private boolean hasTurn(Class<?> testClass, boolean alone) {
		for (Class<?> inner = testClass; ClassUtils.isInnerClass(inner); inner = inner.getEnclosingClass()) {
			OpenSandbox around;
			synchronized (this.shared) {
				SharedSandbox found = this.shared.get(SandboxAnnotations.owner(inner.getEnclosingClass()));
				around = (found != null) ? found.sandbox : null;
			}
			if (around != null) {
				if (alone || isAlone(around)) {
					throw new SandboxException("The tests of " + testClass.getName()
							+ " would wait for ever for the end of " + inner.getEnclosingClass().getName()
							+ ", in which they are nested and which has a sandbox of the scope PER_CLASS: with "
							+ "exclusive = true, or with a running web server, one sandbox is open at a time. Take "
							+ "@MatrixOneSandbox from the nested class, so that it shares that sandbox, or move it out");
				}
				return true;
			}
		}
		return false;
	}

	private boolean isAlone(OpenSandbox sandbox) {
		synchronized (this.open) {
			return StampedLock.isWriteLockStamp(this.open.getOrDefault(sandbox, NO_TURN));
		}
	}

	private void endTurn(long stamp) {
		if (stamp != NO_TURN) {
			this.turns.unlock(stamp);
		}
	}

	private long takeTurn(boolean exclusive) {
		try {
			long stamp = exclusive ? this.turns.tryWriteLock(LONGEST_TURN.toSeconds(), TimeUnit.SECONDS)
					: this.turns.tryReadLock(LONGEST_TURN.toSeconds(), TimeUnit.SECONDS);
			if (stamp == 0) {
				throw new SandboxException("Another test of the same application context has kept its sandbox for "
						+ LONGEST_TURN + ", and this one must not run beside it");
			}
			return stamp;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SandboxException("Interrupted while waiting for another test's sandbox", ex);
		}
	}

	private synchronized DataSource requirePool() {
		if (this.pool == null) {
			throw new SandboxException(isOfParent()
					? "@MatrixOneSandbox needs the DataSource bean in the test's own application context, and here it is "
							+ "in the parent of that, which other contexts may share: name the classes of both contexts "
							+ "in one @SpringBootTest or @ContextConfiguration instead of a @ContextHierarchy"
					: "@MatrixOneSandbox needs a DataSource bean, and one that is primary if there are several: this "
							+ "application context has none");
		}
		return this.pool;
	}

	private boolean isOfParent() {
		ApplicationContext parent = this.context.getParent();
		return parent != null && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(parent, DataSource.class, true,
				false).length > 0;
	}

	private static final class SharedSandbox {

		private final OpenSandbox sandbox;

		private int users = 1;

		private @Nullable String keptFor;

		private SharedSandbox(OpenSandbox sandbox) {
			this.sandbox = sandbox;
		}

	}

}
