package io.github.matrixone.spring.transaction;

import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * By which value a row is found that has a key.
 */
class KeyColumnTests {

	@ParameterizedTest
	@CsvSource({ "INT(32), 7, 7", "BIGINT UNSIGNED(64), 7, 7", "BIGINT(64), -7, -7",
			"BIGINT(64), 1834567890123456789, 1834567890123456789", "'DECIMAL(8,2)', 12.50, 12.5",
			"'DECIMAL(8,2)', 300, 300", "CHAR(3), 'a ', 'a '", "VARCHAR(20), A, A", "TEXT(0), a, a",
			"DATE(0), 2026-01-31, 2026-01-31", "DATETIME(3), 2026-01-31 10:11:12.500, 2026-01-31 10:11:12.5",
			"TIMESTAMP(0), 2026-01-31 10:11:12.0, 2026-01-31 10:11:12",
			"UUID(0), 6D1B1F73-2dbf-11ed-940f-000c29847904, 6d1b1f73-2dbf-11ed-940f-000c29847904" })
	void isKnown(String type, String value, String stored) {
		assertThat(new KeyColumn("k", type).stored(value).map(String::valueOf)).contains(stored);
	}

	@ParameterizedTest
	@CsvSource({ "INT(32), 07", "INT(32), ' 7'", "INT(32), 7.5", "INT(32), -0",
			"BIGINT UNSIGNED(64), 9223372036854775808", "'DECIMAL(8,2)', 1.005", "'DECIMAL(8,2)', 1e3",
			"'DECIMAL(10,0)', 2.5", "CHAR(3), abcd", "BINARY(5), abc", "VARBINARY(5), abc", "YEAR(4), 24",
			"DATE(0), 2026-1-31", "DATETIME(3), 2026-01-31 10:11:12.1234", "DATETIME(0), 2026-01-31T10:11:12",
			"TIMESTAMP(0), 2026-01-31", "DOUBLE(0), 1", "FLOAT(0), 1", "BOOL(0), 1",
			"UUID(0), 6d1b1f732dbf11ed940f000c29847904", "BIT(8), 1", "'', 1" })
	void isNotKnownWhereTheServerMayConvertIt(String type, String value) {
		assertThat(new KeyColumn("k", type).stored(value)).isEqualTo(Optional.empty());
	}

}
