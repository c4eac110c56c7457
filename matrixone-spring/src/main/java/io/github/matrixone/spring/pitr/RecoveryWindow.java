package io.github.matrixone.spring.pitr;

import java.time.Instant;

import io.github.matrixone.spring.dao.OutsideRecoveryWindowException;
import io.github.matrixone.spring.sql.PitrName;

/**
 * The instants that a PITR can restore, by the server's clock, when it was asked.
 *
 * @param from where the window begins: when the PITR was made or last altered, or its
 * range ago, whichever is later; not in the window itself
 * @param to the last instant in the window: that when the server was asked, or when what
 * the PITR holds was dropped or replaced
 * @since 0.1
 */
public record RecoveryWindow(Instant from, Instant to) {

	/**
	 * Return whether an instant can be restored.
	 * @param instant the instant
	 * @return whether it is in the window
	 */
	public boolean contains(Instant instant) {
		return instant.isAfter(this.from) && !instant.isAfter(this.to);
	}

	/**
	 * Return whether no instant can be restored, because what the PITR holds was dropped
	 * or replaced longer ago than its range.
	 * @return whether there is none
	 */
	public boolean isEmpty() {
		return !this.from.isBefore(this.to);
	}

	/**
	 * Refuse an instant that cannot be restored.
	 */
	void require(PitrName pitr, Instant instant) {
		if (contains(instant)) {
			return;
		}
		String reason = isEmpty()
				? "what it holds was dropped or replaced, and its range has passed since. "
						+ "Drop it, and create another one"
				: instant.isAfter(this.to) ? "the recovery window ends at " + this.to
						+ ", by the server's clock. Take an instant before, or create another PITR if what this one holds "
						+ "was dropped or replaced then"
						: "the recovery window begins after " + this.from
								+ ", when the PITR was made or last altered, or its range ago. Take a later instant, or "
								+ "restore from a snapshot";
		throw new OutsideRecoveryWindowException("PITR " + pitr + " cannot restore " + instant + ": " + reason,
				this.from, this.to);
	}

}
