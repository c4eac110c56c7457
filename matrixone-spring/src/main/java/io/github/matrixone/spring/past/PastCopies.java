package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.OwnConnections;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * The copies of the past that are there, each for all who read that point, whichever way
 * their statements travel. Those that nobody has read for a while are dropped in the
 * background.
 *
 * @param <C> the type of copies
 */
final class PastCopies<C extends PastCopy> implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(PastCopies.class);

	private static final SqlText LEFT_BEHIND = SqlText
		.of("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '" + PastName.PREFIX + "%'");

	/** No reader takes as long as from the one to the other. */
	private static final Duration RENEWED_AFTER = Duration.ofHours(12);

	private static final Duration LEFT_BEHIND_AFTER = Duration.ofDays(2);

	private static final long SECONDS_TO_WAIT_FOR_DROPS = 30;

	private final OwnConnections connections;

	private final BiFunction<DatabaseName, Instant, C> factory;

	private final Map<Key, C> copies = new LinkedHashMap<>();

	/** Those that are not given to new readers. */
	private final List<C> retired = new ArrayList<>();

	/** Those whose drop has failed. */
	private final Set<DatabaseName> left = new LinkedHashSet<>();

	private Duration keepFor = Duration.ofMinutes(10);

	private int keepAtMost = 16;

	private @Nullable ScheduledExecutorService background;

	private boolean closed;

	/**
	 * Create copies.
	 * @param connections where they are dropped
	 * @param factory creates one that is not made yet
	 */
	PastCopies(OwnConnections connections, BiFunction<DatabaseName, Instant, C> factory) {
		this.connections = connections;
		this.factory = factory;
	}

	void setKeepFor(Duration keepFor) {
		Assert.isTrue(!keepFor.isNegative() && !keepFor.isZero(), "The time to keep copies for must be positive");
		this.keepFor = keepFor;
	}

	void setKeepAtMost(int keepAtMost) {
		Assert.isTrue(keepAtMost >= 0, "The number of copies to keep must not be negative");
		this.keepAtMost = keepAtMost;
	}

	/**
	 * Take a copy, so that it is not dropped, which is there or is to be made by who
	 * takes it.
	 */
	synchronized C take(DatabaseName database, Instant at) {
		Assert.state(!this.closed, PastCopy.ENDED);
		Key key = new Key(database, at);
		C kept = this.copies.get(key);
		if (kept != null && kept.isOlder(RENEWED_AFTER)) {
			this.copies.remove(key);
			this.retired.add(kept);
		}
		C copy = this.copies.computeIfAbsent(key, (absent) -> this.factory.apply(absent.database(), absent.at()));
		copy.taken();
		if (this.background == null) {
			CustomizableThreadFactory threads = new CustomizableThreadFactory("matrixone-past-");
			threads.setDaemon(true);
			this.background = Executors.newSingleThreadScheduledExecutor(threads);
			this.background.execute(this::dropLeftBehind);
			long period = Math.max(1, this.keepFor.toMillis() / 2);
			this.background.scheduleWithFixedDelay(this::dropUnused, period, period, TimeUnit.MILLISECONDS);
		}
		return copy;
	}

	/**
	 * Take a copy once more that was taken.
	 */
	synchronized C takeAgain(C copy) {
		copy.taken();
		return copy;
	}

	synchronized void giveBack(PastCopy copy) {
		copy.givenBack(System.nanoTime());
		if (this.copies.size() > this.keepAtMost && this.background != null) {
			this.background.execute(this::dropUnused);
		}
	}

	private void dropUnused() {
		left().forEach(this::drop);
		unused().forEach(this::drop);
	}

	private synchronized List<DatabaseName> left() {
		return List.copyOf(this.left);
	}

	/**
	 * Take copies out that nobody has read for a while, and the oldest of too many.
	 */
	private synchronized List<C> unused() {
		long now = System.nanoTime();
		List<C> idle = new ArrayList<>(this.copies.values().stream().filter((copy) -> !copy.isRead()).toList());
		idle.sort(Comparator.comparingLong((copy) -> copy.usedAt() - now));
		int tooMany = this.copies.size() - this.keepAtMost;
		List<C> unused = new ArrayList<>();
		for (int i = 0; i < idle.size(); i++) {
			if (i < tooMany || now - idle.get(i).usedAt() >= this.keepFor.toNanos()) {
				unused.add(idle.get(i));
			}
		}
		this.copies.values().removeAll(unused);
		unused.addAll(this.retired.stream().filter((copy) -> !copy.isRead()).toList());
		this.retired.removeAll(unused);
		return unused;
	}

	private void drop(PastCopy copy) {
		StandIn made = copy.end();
		if (made != null) {
			drop(made.database());
		}
	}

	private void drop(DatabaseName name) {
		try {
			this.connections.onOwnConnection((own) -> own.execute(new DropPast(name)));
			synchronized (this) {
				this.left.remove(name);
			}
		}
		catch (RuntimeException ex) {
			notDropped(name, ex);
		}
	}

	private synchronized void notDropped(DatabaseName name, RuntimeException ex) {
		if (this.left.add(name)) {
			logger.warn("The database " + name + ", a copy of the past, is still there, and is dropped later", ex);
		}
		else if (this.closed) {
			logger.warn("The database " + name + ", a copy of the past, is still there: drop it yourself", ex);
		}
	}

	/**
	 * A process that has died has left its copies.
	 */
	private void dropLeftBehind() {
		List<DatabaseName> leftBehind = new ArrayList<>();
		try {
			this.connections.onOwnConnection((own) -> own.query(LEFT_BEHIND)
				.values()
				.stream()
				.map((row) -> String.valueOf(row.get(0)))
				.filter((name) -> PastName.isOlder(name, LEFT_BEHIND_AFTER))
				.map(DatabaseName::of)
				.forEach(leftBehind::add));
		}
		catch (RuntimeException ex) {
			logger.warn("Copies of the past that processes which died may have left were not looked for", ex);
		}
		leftBehind.forEach(this::drop);
	}

	@Override
	public void close() {
		ScheduledExecutorService stopped;
		List<C> all;
		synchronized (this) {
			this.closed = true;
			stopped = this.background;
			if (stopped == null) {
				return;
			}
			stopped.shutdown();
			this.background = null;
			all = new ArrayList<>(this.copies.values());
			all.addAll(this.retired);
			this.copies.clear();
			this.retired.clear();
		}
		all.forEach(this::drop);
		awaitLastDrops(stopped);
		left().forEach(this::drop);
	}

	private static void awaitLastDrops(ScheduledExecutorService stopped) {
		try {
			if (!stopped.awaitTermination(SECONDS_TO_WAIT_FOR_DROPS, TimeUnit.SECONDS)) {
				logger.warn("Copies of the past are still being dropped");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What is copied.
	 *
	 * @param database the database
	 * @param at the point in time
	 */
	private record Key(DatabaseName database, Instant at) {
	}

}
