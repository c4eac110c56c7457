package io.github.matrixone.spring.pitr;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.dao.OutsideRecoveryWindowException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.PitrName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RecoveryWindowTests {

	private static final PitrName NAME = PitrName.of("hourly");

	private static final Instant NOW = Instant.parse("2026-05-05T12:00:00Z");

	private static final Instant LONG_AGO = Instant.parse("2026-05-01T00:00:00Z");

	private static final Instant HALF_AN_HOUR_AGO = Instant.parse("2026-05-05T11:30:00Z");

	private static final Instant AN_HOUR_AGO = Instant.parse("2026-05-05T11:00:00Z");

	@Test
	void beginsWithTheRange() {
		RecoveryWindow window = pitr(LONG_AGO, LONG_AGO, null).recoveryWindow(NOW);
		assertThat(window).isEqualTo(new RecoveryWindow(AN_HOUR_AGO, NOW));
	}

	@Test
	void beginsWithThePitrWhereThatIsYoungerThanItsRange() {
		assertThat(pitr(HALF_AN_HOUR_AGO, HALF_AN_HOUR_AGO, null).recoveryWindow(NOW).from())
			.isEqualTo(HALF_AN_HOUR_AGO);
	}

	@Test
	void beginsAnewWhereThePitrIsAltered() {
		// MO#19070, MO#19156
		assertThat(pitr(LONG_AGO, HALF_AN_HOUR_AGO, null).recoveryWindow(NOW).from()).isEqualTo(HALF_AN_HOUR_AGO);
	}

	@Test
	void endsWithWhatThePitrHolds() {
		RecoveryWindow window = pitr(LONG_AGO, LONG_AGO, HALF_AN_HOUR_AGO).recoveryWindow(NOW);
		assertThat(window).isEqualTo(new RecoveryWindow(AN_HOUR_AGO, HALF_AN_HOUR_AGO));
		assertThat(window.isEmpty()).isFalse();
		assertThat(window.contains(HALF_AN_HOUR_AGO)).isTrue();
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> window.require(NAME, HALF_AN_HOUR_AGO.plusNanos(1)))
			.withMessageContaining("ends at 2026-05-05T11:30:00Z")
			.withMessageContaining("create another PITR");
		RecoveryWindow passed = pitr(LONG_AGO, LONG_AGO, AN_HOUR_AGO).recoveryWindow(NOW);
		assertThat(passed.isEmpty()).isTrue();
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> passed.require(NAME, AN_HOUR_AGO))
			.withMessageContaining("its range has passed since");
	}

	@Test
	void holdsItsEndAndNotItsBeginning() {
		RecoveryWindow window = new RecoveryWindow(AN_HOUR_AGO, NOW);
		assertThat(window.contains(AN_HOUR_AGO)).isFalse();
		assertThat(window.contains(AN_HOUR_AGO.plusNanos(1))).isTrue();
		assertThat(window.contains(NOW)).isTrue();
		assertThat(window.contains(NOW.plusNanos(1))).isFalse();
		assertThatCode(() -> window.require(NAME, NOW)).doesNotThrowAnyException();
		assertThatExceptionOfType(OutsideRecoveryWindowException.class)
			.isThrownBy(() -> window.require(NAME, AN_HOUR_AGO))
			.withMessageStartingWith(
					"PITR hourly cannot restore 2026-05-05T11:00:00Z: the recovery window begins after ")
			.satisfies((ex) -> assertThat(ex.getFrom()).isEqualTo(AN_HOUR_AGO))
			.satisfies((ex) -> assertThat(ex.getTo()).isEqualTo(NOW));
	}

	private static Pitr pitr(Instant createdAt, Instant alteredAt, @Nullable Instant endedAt) {
		return new Pitr(NAME, SnapshotScope.database("shop"), AccountName.of("sys"), PitrRange.hours(1), createdAt,
				alteredAt, endedAt);
	}

}
