package io.github.matrixone.spring.simulator;

import java.time.Instant;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.pitr.PitrTemplate;
import io.github.matrixone.spring.sql.PitrName;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The simulator keeps no past, and says so.
 */
class PitrTests extends AbstractSimulatorTests {

	private static final PitrName NAME = PitrName.of("hourly");

	@Test
	void areRefused() {
		PitrTemplate pitrs = new PitrTemplate(this.executor, this.snapshots, List.of());
		assertRefused(() -> pitrs.create(NAME, SCOPE, PitrRange.hours(1)));
		assertRefused(() -> pitrs.alter(NAME, PitrRange.hours(1)));
		assertRefused(() -> pitrs.drop(NAME));
		assertRefused(() -> pitrs.dropIfExists(NAME));
		assertRefused(() -> pitrs.find(NAME));
		assertRefused(pitrs::list);
		assertRefused(() -> pitrs.recoveryWindow(NAME));
		assertRefused(() -> pitrs.check(NAME, Instant.EPOCH));
		assertRefused(() -> pitrs.restoreAccount(NAME, Instant.EPOCH));
		assertRefused(() -> pitrs.restoreDatabase(DATABASE, NAME, Instant.EPOCH));
		assertRefused(() -> pitrs.restoreTable(ITEM, NAME, Instant.EPOCH));
	}

	private void assertRefused(ThrowingCallable operation) {
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(operation)
			.withMessageStartingWith("The simulator cannot keep or restore the past by PITRs");
	}

}
