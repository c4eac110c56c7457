package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PastQuery;
import io.github.matrixone.spring.transaction.OwnConnections;
import io.github.matrixone.spring.transaction.OwnConnections.OwnConnection;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * A copy of a database as it was. Its readers are counted, so that it is not dropped
 * while it is read.
 */
class PastCopy {

	static final String ENDED = "The past is read no more: the application ends";

	private static final String TABLES = "SELECT relname, relkind, rel_createsql FROM mo_catalog.mo_tables "
			+ "WHERE account_id = current_account_id() AND reldatabase = ?";

	private static final String VIEWS_OF_OTHERS = "WHERE account_id = current_account_id() AND reldatabase = ? "
			+ "AND relkind = 'v' AND json_unquote(json_extract(viewdef, '$.DefaultDatabase')) NOT IN ('', ?)";

	private final DatabaseName database;

	private final Instant at;

	private volatile @Nullable StandIn standIn;

	private final long madeAt = System.nanoTime();

	private boolean ended;

	private volatile boolean gone;

	private int readers;

	private long usedAt;

	PastCopy(DatabaseName database, Instant at) {
		this.database = database;
		this.at = at;
	}

	/**
	 * Return the copy, which is made unless that was done. Readers of the same point wait
	 * for the first.
	 */
	synchronized StandIn open(OwnConnections connections) {
		requireNotEnded();
		if (this.standIn == null) {
			connections.onOwnConnection((own) -> this.standIn = make(own));
		}
		return Objects.requireNonNull(this.standIn, "The copy is made");
	}

	/**
	 * Take note that it was made.
	 */
	void setMade(StandIn made) {
		this.standIn = made;
	}

	/**
	 * See that the copy is not made any more.
	 * @return the copy, if it was made
	 */
	@Nullable StandIn end() {
		synchronized (this) {
			this.ended = true;
			return this.standIn;
		}
	}

	/**
	 * Refuse to make the copy when it is too late.
	 */
	synchronized void requireNotEnded() {
		Assert.state(!this.ended, ENDED);
	}

	private StandIn make(OwnConnection own) {
		DatabaseName name = newName();
		try {
			own.execute(making(name));
			return standIn(name, own.query(tables(name)), own.query(viewsOfOthers()));
		}
		catch (RuntimeException ex) {
			dropAfter(ex, own, name);
			throw ex;
		}
	}

	/**
	 * The server looks for the tables of a view where it was made, and in a clone in that
	 * database itself.
	 */
	SqlText viewsOfOthers() {
		return SqlText.of("SELECT relname FROM mo_catalog.mo_tables " + AsOf.hint(this.at) + ' ' + VIEWS_OF_OTHERS,
				this.database.normalized(), this.database.normalized());
	}

	private static void dropAfter(RuntimeException failure, OwnConnection own, DatabaseName name) {
		try {
			own.execute(new DropPast(name));
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Return a name for a copy that no other one has.
	 */
	DatabaseName newName() {
		return PastName.of(this.database);
	}

	/**
	 * Return the command that makes the copy.
	 */
	CopyPast making(DatabaseName name) {
		return new CopyPast(this.database, this.at, name);
	}

	/**
	 * Return the query for what a copy holds.
	 */
	static SqlText tables(DatabaseName name) {
		return SqlText.of(TABLES, name.normalized());
	}

	/**
	 * Return what is worked in.
	 * @param name the copy
	 * @param tables what it holds
	 * @param moved its views of other databases
	 */
	StandIn standIn(DatabaseName name, Rows tables, Rows moved) {
		return new StandIn(name, this.database, SqlText.lookUp(name), query(name, tables, moved));
	}

	/**
	 * Tables that are not of rows, such as external ones, and views that look elsewhere
	 * cannot be read as they were.
	 */
	private static PastQuery query(DatabaseName copy, Rows tables, Rows moved) {
		Map<String, String> others = new HashMap<>();
		for (int row = 0; row < moved.values().size(); row++) {
			String view = Objects.requireNonNull(moved.get(row, "relname"));
			others.put(view, "its view " + view + " was made where another database was the current one");
		}
		Map<String, String> views = new HashMap<>();
		for (int row = 0; row < tables.values().size(); row++) {
			String name = Objects.requireNonNull(tables.get(row, "relname"));
			String kind = String.valueOf(tables.get(row, "relkind"));
			if (kind.equals("v")) {
				views.put(name, String.valueOf(tables.get(row, "rel_createsql")));
			}
			else if (!kind.equals("r") && !kind.equals("partition")) {
				others.put(name, name + " is no table of rows");
			}
		}
		return PastQuery.of(copy, others, views);
	}

	/**
	 * Take note of a failure: where somebody else has dropped the copy, it speaks of it.
	 */
	void failed(Throwable failure) {
		StandIn made = this.standIn;
		this.gone |= made != null && String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage())
			.contains(made.database().normalized());
	}

	/**
	 * Return whether the copy is not to be given to new readers.
	 * @param age how old it may be
	 */
	boolean isOlder(Duration age) {
		return this.gone || System.nanoTime() - this.madeAt >= age.toNanos();
	}

	void taken() {
		this.readers++;
	}

	void givenBack(long now) {
		this.readers--;
		this.usedAt = now;
	}

	boolean isRead() {
		return this.readers > 0;
	}

	long usedAt() {
		return this.usedAt;
	}

}
