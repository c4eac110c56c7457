package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Precondition;
import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServerLocalTimeTests {

	@Test
	void asksTheServerForItsOwnTime() {
		assertThat(ServerLocalTime.query(Instant.parse("2026-07-01T10:00:00.5Z")).sql())
			.isEqualTo("SELECT convert_tz('2026-07-01 10:00:00', 'UTC', 'Local') AS local_time, "
					+ "convert_tz(convert_tz('2026-07-01 10:00:00', 'UTC', 'Local'), 'Local', 'UTC') AS understood");
	}

	@Test
	void isExact() {
		assertThat(read("2026-07-01T10:00:00Z", "2026-07-01 12:00:00", "2026-07-01 10:00:00").text())
			.isEqualTo("2026-07-01 12:00:00");
		assertThat(read("2026-12-31T23:00:00.000000009Z", "2027-01-01 00:00:00", "2026-12-31 23:00:00").text())
			.isEqualTo("2027-01-01 00:00:00.000000009");
	}

	@Test
	void isLookedAtAgainWhereItIsSent() {
		Precondition understood = read("2026-12-31T23:00:00.000000009Z", "2027-01-01 00:00:00", "2026-12-31 23:00:00")
			.isUnderstood();
		assertThat(understood.query().sql())
			.isEqualTo("SELECT 1 WHERE convert_tz('2027-01-01 00:00:00', 'Local', 'UTC') = '2026-12-31 23:00:00'");
		assertThat(understood.rowExpected()).isTrue();
		assertThat(understood.otherwise().get()).hasMessageContaining("Nothing is restored");
	}

	@Test
	void refusesATimeThatIsSaidTwiceAndMeansTheOther() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> read("2026-10-25T01:30:00Z", "2026-10-25 02:30:00", "2026-10-25 00:30:00"))
			.withMessageContaining("2026-10-25 02:30:00 is said twice")
			.withMessageContaining("would not take it for 2026-10-25T01:30:00Z");
	}

	@Test
	void refusesAServerThatDoesNotTell() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> read("2026-10-25T01:30:00Z", null, null))
			.withMessageContaining("does not tell the local time");
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> ServerLocalTime.read(Instant.EPOCH, Rows.NONE));
	}

	private static ServerLocalTime read(String instant, @Nullable String local, @Nullable String utc) {
		return ServerLocalTime.read(Instant.parse(instant),
				new Rows(List.of("local_time", "understood"), List.of(Arrays.asList(local, utc))));
	}

}
