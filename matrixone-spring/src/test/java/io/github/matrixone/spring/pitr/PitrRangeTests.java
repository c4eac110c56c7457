package io.github.matrixone.spring.pitr;

import java.time.Instant;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PitrRangeTests {

	@ParameterizedTest
	@MethodSource
	void isReckonedAsTheServerDoes(PitrRange range, String instant, String before) {
		assertThat(range.before(Instant.parse(instant))).isEqualTo(Instant.parse(before));
	}

	static Stream<Arguments> isReckonedAsTheServerDoes() {
		return Stream.of(
				Arguments.arguments(PitrRange.hours(1), "2026-03-01T00:00:00.000000001Z",
						"2026-02-28T23:00:00.000000001Z"),
				Arguments.arguments(PitrRange.days(100), "2026-04-10T01:02:03Z", "2025-12-31T01:02:03Z"),
				Arguments.arguments(PitrRange.months(1), "2026-05-15T01:02:03Z", "2026-04-15T01:02:03Z"),
				Arguments.arguments(PitrRange.months(1), "2026-03-31T01:02:03Z", "2026-03-03T01:02:03Z"),
				Arguments.arguments(PitrRange.months(1), "2028-03-31T01:02:03Z", "2028-03-02T01:02:03Z"),
				Arguments.arguments(PitrRange.months(1), "2026-10-31T01:02:03Z", "2026-10-01T01:02:03Z"),
				Arguments.arguments(PitrRange.months(100), "2026-05-31T00:00:00Z", "2018-01-31T00:00:00Z"),
				Arguments.arguments(PitrRange.years(1), "2028-02-29T01:02:03Z", "2027-03-01T01:02:03Z"),
				Arguments.arguments(PitrRange.years(4), "2028-02-29T01:02:03Z", "2024-02-29T01:02:03Z"));
	}

	@Test
	void isSaidInTheUnitsOfTheServer() {
		assertThat(PitrRange.hours(1).sql()).isEqualTo("RANGE 1 'h'");
		assertThat(PitrRange.days(2).sql()).isEqualTo("RANGE 2 'd'");
		assertThat(PitrRange.months(3).sql()).isEqualTo("RANGE 3 'mo'");
		assertThat(PitrRange.years(100).sql()).isEqualTo("RANGE 100 'y'");
		assertThat(PitrRange.hours(1)).hasToString("1 hour");
		assertThat(PitrRange.months(3)).hasToString("3 months");
		assertThat(PitrRange.Unit.ofCode("MO")).isEqualTo(PitrRange.Unit.MONTH);
		assertThatIllegalArgumentException().isThrownBy(() -> PitrRange.Unit.ofCode("m"))
			.withMessageContaining("unknown unit of a range: m");
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, -1, 0, 101, 256, 257 })
	void refusesALengthThatTheServerRefusesOrCuts(int length) {
		assertThatIllegalArgumentException().isThrownBy(() -> PitrRange.days(length))
			.withMessageContaining("1 to 100")
			.withMessageContaining("not " + length);
	}

}
