package io.github.matrixone.spring.transaction;

import java.sql.SQLException;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.sql.SessionChange;
import io.github.matrixone.spring.sql.SqlStatement;

/**
 * Whether each statement of a session reads what is committed when it starts. Then a
 * {@code BEGIN} before a read would change nothing.
 *
 * <p>
 * MatrixOne 4.2 always reads READ COMMITTED, and says REPEATABLE READ whatever is set. A
 * newer one says READ COMMITTED, and keeps to the level that is set. So the session is
 * asked for its level, once. If that is REPEATABLE READ, it is tried once for a server
 * whether setting a level has any effect: SERIALIZABLE, which is ignored by the one and
 * refused by the other.
 */
final class Isolation {

	private static final SqlText LEVEL = SqlText.of("SELECT @@session.transaction_isolation");

	private static final SqlText TRY = SqlText.of("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE");

	private static final SqlText TAKE_BACK = SqlText.of("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");

	private static final Set<String> COMMITTED = Set.of("READ-COMMITTED", "READ-UNCOMMITTED");

	private static final String REPEATABLE_READ = "REPEATABLE-READ";

	private final Server server;

	private Level level = Level.UNKNOWN;

	private boolean uncertain;

	Isolation(Server server) {
		this.server = server;
	}

	/**
	 * Return whether the session certainly reads what is committed when a statement
	 * starts.
	 */
	boolean isReadCommitted() {
		return this.server.effect == Effect.NONE || (this.level == Level.COMMITTED && !this.uncertain);
	}

	/**
	 * Return whether the server is known to ignore levels, as 4.2 does.
	 */
	boolean isIgnored() {
		return this.server.effect == Effect.NONE;
	}

	/**
	 * Find out what is not known yet. Nothing may have been begun.
	 */
	Iterable<PreparatoryStatement> lookUps() {
		boolean known = this.server.effect == Effect.NONE || this.uncertain || this.level != Level.UNKNOWN;
		return known ? Collections.emptyList() : LookUps::new;
	}

	/**
	 * Take note of a {@code SET}.
	 */
	void changedBy(SqlStatement set) {
		SessionChange change = set.sessionChange();
		if (change == null || !change.certain()) {
			this.uncertain = true;
		}
		else if (change.variables().stream().anyMatch((variable) -> variable.contains("isolation"))) {
			forget();
		}
	}

	/**
	 * Take note that the session's variables have changed.
	 */
	void forget() {
		this.level = Level.UNKNOWN;
	}

	private enum Level {

		UNKNOWN, COMMITTED, OTHER

	}

	private enum Effect {

		UNKNOWN, NONE, REAL

	}

	/**
	 * Whether setting a level has an effect on a server.
	 */
	static final class Server {

		private volatile Effect effect = Effect.UNKNOWN;

		/**
		 * Take for granted that all statements read what is committed when they start.
		 */
		void setReadCommitted() {
			this.effect = Effect.NONE;
		}

	}

	/**
	 * Asks for the level, and tries whether it has an effect.
	 */
	private final class LookUps implements Iterator<PreparatoryStatement> {

		private @Nullable PreparatoryStatement next = new PreparatoryStatement(LEVEL, this::level, this::failed);

		@Override
		public boolean hasNext() {
			return this.next != null;
		}

		@Override
		public PreparatoryStatement next() {
			PreparatoryStatement due = Objects.requireNonNull(this.next);
			this.next = null;
			return due;
		}

		private void level(Rows rows) {
			String name = rows.first().orElse("");
			Isolation.this.level = COMMITTED.contains(name) ? Level.COMMITTED : Level.OTHER;
			if (name.equals(REPEATABLE_READ) && Isolation.this.server.effect == Effect.UNKNOWN) {
				this.next = new PreparatoryStatement(TRY,
						(answer) -> this.next = new PreparatoryStatement(LEVEL, this::afterTry, this::failed),
						this::refused);
			}
		}

		private void afterTry(Rows rows) {
			boolean ignored = rows.first().orElse("").equals(REPEATABLE_READ);
			Isolation.this.server.effect = ignored ? Effect.NONE : Effect.REAL;
			if (!ignored) {
				this.next = new PreparatoryStatement(TAKE_BACK, (answer) -> {
				});
			}
		}

		private void refused(SQLException ex) throws SQLException {
			failed(ex);
			Isolation.this.server.effect = Effect.REAL;
		}

		private void failed(SQLException ex) throws SQLException {
			if (ServerErrors.isConnectionFailure(ex)) {
				throw ex;
			}
			Isolation.this.level = Level.OTHER;
		}

	}

}
