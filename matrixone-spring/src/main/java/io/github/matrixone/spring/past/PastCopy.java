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
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PastQuery;
import io.github.matrixone.spring.transaction.OwnConnections.OwnConnection;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * A copy of a database as it was. Its readers are counted, so that it is not dropped
 * while it is read.
 */
final class PastCopy {

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
	synchronized StandIn open(CommandExecutor executor) {
		Assert.state(!this.ended, "The past is read no more: the application ends");
		StandIn made = this.standIn;
		if (made == null) {
			made = executor.beside(this::make);
			this.standIn = made;
		}
		return made;
	}

	/**
	 * See that the copy is not made any more.
	 * @return the copy, if it was made
	 */
	synchronized @Nullable StandIn end() {
		this.ended = true;
		return this.standIn;
	}

	private StandIn make(OwnConnection own) {
		DatabaseName name = PastName.of(this.database);
		try {
			own.execute(new CopyPast(this.database, this.at, name));
			Rows tables = own.query(SqlText.of(TABLES, name.normalized()));
			Rows moved = own.query(viewsOfOthers());
			return new StandIn(name, this.database, SqlText.lookUp(name), query(name, tables, moved));
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
	private SqlText viewsOfOthers() {
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
	void failed(RuntimeException failure) {
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
