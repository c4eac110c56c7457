package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.PitrScopeMismatchException;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.PitrName;

/**
 * A PITR that is there.
 *
 * @param name the name, lower-cased by the server
 * @param scope what it holds; the user's own account is not named
 * @param account the account that this is of, or {@code null} for the cluster
 * @param range how far back it reaches
 * @param createdAt when it was made
 * @param alteredAt when it was last altered, or else when it was made
 * @param endedAt when what it holds was dropped or replaced, so that it keeps nothing
 * from then on, or {@code null} if it keeps the past. Where a table was replaced and the
 * server has not noted when, it is the instant at which the PITR was made
 * @since 0.1
 */
public record Pitr(PitrName name, SnapshotScope scope, @Nullable AccountName account, PitrRange range,
		Instant createdAt, Instant alteredAt, @Nullable Instant endedAt) {

	/**
	 * Return the level of what this PITR holds.
	 * @return the level
	 */
	public SnapshotLevel level() {
		return this.scope.level();
	}

	/**
	 * Return whether this PITR keeps the past. One of a database or a table ends when
	 * that is dropped, and when that is restored, because the server drops and makes it
	 * anew: another one of the same name is not kept by it. One of a table also ends when
	 * the table is truncated, or altered in its columns.
	 * @return whether it does
	 */
	public boolean isActive() {
		return this.endedAt == null;
	}

	/**
	 * Return the instants that can be restored.
	 * @param now the time by the server's clock
	 * @return the window
	 */
	RecoveryWindow recoveryWindow(Instant now) {
		Instant began = later(this.createdAt, this.alteredAt);
		return new RecoveryWindow(later(began, this.range.before(now)), (this.endedAt != null) ? this.endedAt : now);
	}

	/**
	 * Refuse to restore what this PITR does not hold, or what the server does not restore
	 * by a PITR of this level.
	 */
	void requireRestores(SnapshotScope wanted) {
		boolean holds = switch (level()) {
			case CLUSTER -> false;
			case ACCOUNT -> isOwnAccount() ? !(wanted instanceof SnapshotScope.Cluster) : wanted.equals(this.scope);
			case DATABASE -> Objects.equals(wanted.databaseName(), this.scope.databaseName());
			case TABLE -> wanted.equals(this.scope);
		};
		if (!holds) {
			throw new PitrScopeMismatchException("PITR " + this.name + " of " + described(this.scope)
					+ " cannot restore " + described(wanted)
					+ ": the server restores a table by a PITR of the table, its "
					+ "database or the user's account, a database by one of the database or the account, and an "
					+ "account by one of the account");
		}
	}

	private boolean isOwnAccount() {
		return level() == SnapshotLevel.ACCOUNT && this.scope.accountName() == null;
	}

	private static String described(SnapshotScope scope) {
		return (scope.level() == SnapshotLevel.CLUSTER) ? "the cluster" : scope.toString();
	}

	private static Instant later(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

}
