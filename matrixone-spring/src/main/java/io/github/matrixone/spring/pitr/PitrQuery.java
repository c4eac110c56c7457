package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.CommitOutcomeUnknownException;
import io.github.matrixone.spring.dao.PitrNotFoundException;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.RefusedNameException;
import io.github.matrixone.spring.sql.TableName;

/**
 * Query for the PITRs of the user's account in {@code mo_catalog.mo_pitr}, and for the
 * time by the server's clock. The one that the server makes for itself is left out.
 *
 * @param name the name, or {@code null} for all
 */
record PitrQuery(@Nullable PitrName name) {

	private static final String MADE_HERE = " WHERE p.create_account = current_account_id()";

	private static final String FROM = " FROM mo_catalog.mo_pitr p" + MADE_HERE;

	private static final String ALL = "SELECT p.pitr_name, p.level, p.create_account, p.account_id, p.account_name, "
			+ "p.database_name, p.table_name, p.obj_id, p.pitr_length, p.pitr_unit, p.create_time, p.modified_time, "
			+ "p.pitr_status, p.pitr_status_changed_time, t.rel_id, "
			+ "timestampdiff(microsecond, '1970-01-01 00:00:00', utc_timestamp(6)) AS server_time "
			+ "FROM mo_catalog.mo_pitr p LEFT JOIN mo_catalog.mo_tables t ON p.level = 'table' "
			+ "AND t.account_id = p.account_id AND t.reldatabase = p.database_name AND t.relname = p.table_name"
			+ MADE_HERE + " AND p.pitr_name <> '" + PitrName.OF_SERVER + "'";

	private static final String BY_NAME = " AND p.pitr_name = ?";

	private static final Log logger = LogFactory.getLog(PitrQuery.class);

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	static PitrQuery all() {
		return new PitrQuery(null);
	}

	static PitrQuery byName(PitrName name) {
		Assert.notNull(name, "The name must not be null");
		return new PitrQuery(name);
	}

	/**
	 * Return a query that gives a row if a PITR is there, and is the one that was made at
	 * an instant where that is known.
	 */
	static SqlText createdAt(PitrName name, @Nullable Instant createdAt) {
		String any = "SELECT 1" + FROM + BY_NAME;
		return (createdAt != null)
				? SqlText.of(any + " AND p.create_time = ?", name.normalized(), nanoseconds(createdAt))
				: SqlText.of(any, name.normalized());
	}

	/**
	 * Return a query that gives a row if a PITR is there, is the one that was made at an
	 * instant where that is known, and has not this range.
	 */
	static SqlText hasOtherRange(PitrName name, @Nullable Instant createdAt, PitrRange range) {
		SqlText there = createdAt(name, createdAt);
		List<Object> arguments = new ArrayList<>(there.arguments());
		arguments.add(range.length());
		arguments.add(range.unit().code());
		return new SqlText(there.sql() + " AND NOT (p.pitr_length = ? AND p.pitr_unit = ?)", arguments);
	}

	SqlText statement() {
		return (this.name != null) ? SqlText.of(ALL + BY_NAME, this.name.normalized()) : SqlText.of(ALL);
	}

	/**
	 * Read the answer.
	 * @return the PITRs, the latest first
	 */
	List<Pitr> read(Rows rows) {
		List<Pitr> pitrs = new ArrayList<>();
		for (int i = 0; i < rows.values().size(); i++) {
			add(pitrs, rows, i);
		}
		pitrs.sort(Comparator.comparing(Pitr::createdAt).reversed());
		return pitrs;
	}

	Optional<Pitr> find(Rows rows) {
		return read(rows).stream().findFirst();
	}

	Pitr get(Rows rows) {
		return find(rows).orElseThrow(this::notFound);
	}

	/**
	 * Read the answer to a query for one PITR that has to be there.
	 */
	PitrNow getNow(Rows rows) {
		return new PitrNow(get(rows), Instant.EPOCH.plus(number(rows, "server_time", 0), ChronoUnit.MICROS));
	}

	PitrNotFoundException notFound() {
		return new PitrNotFoundException(
				"There is no PITR " + this.name + " of this user's account that the user may see");
	}

	/**
	 * Make the exception for a PITR that was made or altered and whose look-up then
	 * failed: it must not look as if that had not been done.
	 */
	CommitOutcomeUnknownException lookUpFailed(DataAccessException ex) {
		return new CommitOutcomeUnknownException(
				"PITR " + this.name + " was created or altered, but could not be looked up then: " + ex.getMessage(),
				null, ex);
	}

	/**
	 * Of many, leave out those with names that are refused here: they may be of any other
	 * application.
	 */
	private void add(List<Pitr> pitrs, Rows rows, int row) {
		try {
			pitrs.add(pitr(rows, row));
		}
		catch (RefusedNameException ex) {
			if (this.name != null) {
				throw ex;
			}
			logger.debug("A PITR is left out", ex);
		}
	}

	private static Pitr pitr(Rows rows, int row) {
		String accountName = rows.get(row, "account_name");
		AccountName account = StringUtils.hasText(accountName) ? AccountName.of(accountName) : null;
		boolean own = text(rows, "account_id", row).equals(text(rows, "create_account", row));
		PitrRange range = new PitrRange((int) number(rows, "pitr_length", row),
				PitrRange.Unit.ofCode(text(rows, "pitr_unit", row)));
		return new Pitr(PitrName.of(text(rows, "pitr_name", row)), scope(rows, row, own ? null : account), account,
				range, instant(rows, "create_time", row), instant(rows, "modified_time", row), endedAt(rows, row));
	}

	/**
	 * The server keeps what has the id that it has noted. Of a table that was altered it
	 * has noted an old one.
	 */
	private static @Nullable Instant endedAt(Rows rows, int row) {
		if (number(rows, "pitr_status", row) == 0) {
			return instant(rows, "pitr_status_changed_time", row);
		}
		String current = rows.get(row, "rel_id");
		return (current == null || current.equals(text(rows, "obj_id", row))) ? null
				: instant(rows, "create_time", row);
	}

	private static SnapshotScope scope(Rows rows, int row, @Nullable AccountName other) {
		return switch (SnapshotLevel.valueOf(text(rows, "level", row).toUpperCase(Locale.ROOT))) {
			case CLUSTER -> SnapshotScope.cluster();
			case ACCOUNT -> (other != null) ? SnapshotScope.account(other) : SnapshotScope.account();
			case DATABASE -> SnapshotScope.database(text(rows, "database_name", row));
			case TABLE ->
				SnapshotScope.table(TableName.of(text(rows, "database_name", row), text(rows, "table_name", row)));
		};
	}

	private static Instant instant(Rows rows, String column, int row) {
		long nanoseconds = number(rows, column, row);
		return Instant.ofEpochSecond(nanoseconds / NANOS_PER_SECOND, nanoseconds % NANOS_PER_SECOND);
	}

	private static long number(Rows rows, String column, int row) {
		return Long.parseLong(text(rows, column, row));
	}

	private static String text(Rows rows, String column, int row) {
		return Objects.requireNonNull(rows.get(row, column));
	}

	private static long nanoseconds(Instant instant) {
		return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
	}

	/**
	 * A PITR, and the time by the server's clock at which it was like this.
	 */
	record PitrNow(Pitr pitr, Instant now) {

		RecoveryWindow window() {
			return this.pitr.recoveryWindow(this.now);
		}

		/**
		 * Refuse what cannot be restored.
		 */
		void require(@Nullable SnapshotScope wanted, Instant instant) {
			if (wanted != null) {
				this.pitr.requireRestores(wanted);
			}
			window().require(this.pitr.name(), instant);
		}

	}

}
