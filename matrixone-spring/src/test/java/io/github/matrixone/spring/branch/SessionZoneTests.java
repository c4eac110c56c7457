package io.github.matrixone.spring.branch;

import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class SessionZoneTests {

	private static final Timestamp NOON = Timestamp.valueOf("2024-06-01 12:00:00");

	private final SessionZone zone = zone(Timestamp.valueOf("2024-06-01 01:02:03.4"),
			Timestamp.valueOf("2024-06-01 23:59:59"));

	@Test
	void asksOnceForEachDay() {
		assertThat(this.zone.queries()).singleElement().extracting(SqlText::arguments).isEqualTo(List.of(NOON));
		assertThat(zone().queries()).isEmpty();
		SessionZone days = zone(ZonedDateTime.parse("2024-06-01T01:00:00+02:00"),
				OffsetDateTime.parse("2024-06-02T01:00:00+02:00"));
		assertThat(days.queries().get(0).arguments()).containsExactly(ZonedDateTime.parse("2024-06-01T12:00:00+02:00"),
				OffsetDateTime.parse("2024-06-02T12:00:00+02:00"));
	}

	@Test
	void refusesWhatTheServerTakesForAnotherInstant() {
		long second = NOON.toInstant().getEpochSecond();
		assertThatNoException().isThrownBy(() -> this.zone.require(answer(second + ".000000")));
		assertThatNoException().isThrownBy(() -> this.zone.require(answer(String.valueOf(second))));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.zone.require(answer(String.valueOf(second + 3600))))
			.withMessageContaining("connectionTimeZone=SERVER");
	}

	private static SessionZone zone(Object... timestamps) {
		SessionZone zone = new SessionZone();
		List.of(timestamps).forEach(zone::add);
		return zone;
	}

	private static List<Rows> answer(String second) {
		return List.of(new Rows(List.of("x"), List.of(List.of(second))));
	}

}
