package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.RefusedNameException;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Query for snapshots in {@code mo_catalog.mo_snapshots}. Those that the server makes for
 * itself are left out.
 *
 * @param name the name, or {@code null} for all
 * @since 0.1
 */
public record SnapshotQuery(@Nullable SnapshotName name) {

	private static final String ALL = "SELECT * FROM mo_catalog.mo_snapshots";

	private static final Log logger = LogFactory.getLog(SnapshotQuery.class);

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	/**
	 * Query for the name of the account that the user works in.
	 */
	public static final SqlText OWN_ACCOUNT = SqlText.of("SELECT current_account_name() AS own_account");

	/**
	 * Query for all snapshots.
	 * @return the query
	 */
	public static SnapshotQuery all() {
		return new SnapshotQuery(null);
	}

	/**
	 * Query for one snapshot.
	 * @param name its name
	 * @return the query
	 */
	public static SnapshotQuery byName(SnapshotName name) {
		Assert.notNull(name, "The name must not be null");
		return new SnapshotQuery(name);
	}

	/**
	 * Return a query that gives a row if a snapshot is there, and is the one that was
	 * taken at an instant where that is known.
	 */
	static SqlText takenAt(SnapshotName name, @Nullable Instant takenAt) {
		SqlText any = byName(name).statement();
		return (takenAt != null) ? SqlText.of(any.sql() + " AND ts = ?", name.normalized(),
				Math.addExact(Math.multiplyExact(takenAt.getEpochSecond(), NANOS_PER_SECOND), takenAt.getNano())) : any;
	}

	/**
	 * Return the statement.
	 * @return the statement
	 */
	public SqlText statement() {
		return (this.name != null) ? SqlText.of(ALL + " WHERE sname = ?", this.name.normalized()) : SqlText.of(ALL);
	}

	/**
	 * Return a statement for one snapshot whose answer tells the user's own account, too.
	 * @return the statement
	 * @see #getOfOwnAccount
	 */
	public SqlText statementWithOwnAccount() {
		Assert.state(this.name != null, "The name of the snapshot must be known");
		return SqlText.of(
				"SELECT *, current_account_name() AS own_account FROM mo_catalog.mo_snapshots WHERE sname = ?",
				this.name.normalized());
	}

	/**
	 * Read the name of the account that the user works in.
	 * @param rows the answer to {@link #OWN_ACCOUNT} or to
	 * {@link #statementWithOwnAccount}
	 * @return the account
	 */
	public static AccountName ownAccount(Rows rows) {
		return AccountName.of(text(rows, "own_account", 0));
	}

	/**
	 * Read the answer.
	 * @param rows the answer
	 * @return the snapshots, the latest first
	 */
	public List<Snapshot> read(Rows rows) {
		List<Snapshot> snapshots = new ArrayList<>();
		for (int i = 0; i < rows.values().size(); i++) {
			if (isOfUser(text(rows, "sname", i), rows.get(i, "kind"))) {
				add(snapshots, rows, i);
			}
		}
		snapshots.sort(Comparator.comparing(Snapshot::createdAt).reversed());
		return snapshots;
	}

	/**
	 * Read the answer to a query for one snapshot.
	 * @param rows the answer
	 * @return the snapshot, if it is there
	 */
	public Optional<Snapshot> find(Rows rows) {
		return read(rows).stream().findFirst();
	}

	/**
	 * Read the answer to a query for one snapshot.
	 * @param rows the answer
	 * @return the snapshot
	 * @throws SnapshotNotFoundException if it is not there
	 */
	public Snapshot get(Rows rows) {
		return find(rows).orElseThrow(this::notFound);
	}

	/**
	 * Read the answer to a query for one snapshot that is to be used for the user's own
	 * account.
	 * @param rows the answer to {@link #statementWithOwnAccount}
	 * @return the snapshot
	 * @throws SnapshotNotFoundException if it is not there
	 * @throws io.github.matrixone.spring.dao.SnapshotScopeMismatchException if it was
	 * taken of another account
	 */
	public Snapshot getOfOwnAccount(Rows rows) {
		Snapshot snapshot = get(rows);
		snapshot.requireOf(ownAccount(rows));
		return snapshot;
	}

	/**
	 * Make the exception for a snapshot that is not there.
	 * @return the exception
	 */
	SnapshotNotFoundException notFound() {
		return new SnapshotNotFoundException("There is no snapshot " + this.name
				+ " that this user may see; seeing another account's snapshots is up to its administrator");
	}

	/**
	 * The server keeps snapshots of its own in the same table: for branches, and for the
	 * replication between clusters.
	 */
	private static boolean isOfUser(String name, @Nullable String kind) {
		return !"branch".equals(kind) && !name.startsWith("ccpr_");
	}

	/**
	 * Of many, leave out those with names that are refused here: they may be of any other
	 * application.
	 */
	private void add(List<Snapshot> snapshots, Rows rows, int row) {
		try {
			snapshots.add(snapshot(rows, row));
		}
		catch (RefusedNameException ex) {
			if (this.name != null) {
				throw ex;
			}
			logger.debug("A snapshot is left out", ex);
		}
	}

	private static Snapshot snapshot(Rows rows, int row) {
		long nanoseconds = Long.parseLong(text(rows, "ts", row));
		Instant createdAt = Instant.ofEpochSecond(nanoseconds / NANOS_PER_SECOND, nanoseconds % NANOS_PER_SECOND);
		String accountName = rows.get(row, "account_name");
		AccountName account = StringUtils.hasText(accountName) ? AccountName.of(accountName) : null;
		return new Snapshot(SnapshotName.of(text(rows, "sname", row)), scope(rows, row, account), createdAt, account);
	}

	private static SnapshotScope scope(Rows rows, int row, @Nullable AccountName account) {
		return switch (SnapshotLevel.valueOf(text(rows, "level", row).toUpperCase(Locale.ROOT))) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> new SnapshotScope.Account(account);
			case DATABASE -> SnapshotScope.database(text(rows, "database_name", row));
			case TABLE ->
				SnapshotScope.table(TableName.of(text(rows, "database_name", row), text(rows, "table_name", row)));
		};
	}

	private static String text(Rows rows, String column, int row) {
		return Objects.requireNonNull(rows.get(row, column));
	}

}
