package io.github.matrixone.spring.branch;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.dao.UnsupportedByServerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Values as SQL. That the server reads them as the same values is a test of the contract.
 */
class SqlLiteralTests {

	@Test
	void writesTextsInQuotes() {
		assertThat(SqlLiteral.of(null, "VARCHAR")).isEqualTo("NULL");
		assertThat(SqlLiteral.of("", "CHAR")).isEqualTo("''");
		assertThat(SqlLiteral.of("it's; -- /* \" ` é€😀", "TEXT")).isEqualTo("'it''s; -- /* \" ` é€😀'");
		assertThat(SqlLiteral.of("b'c", "ENUM")).isEqualTo("'b''c'");
		assertThat(SqlLiteral.of("{\"a\": \"'\"}", "JSON")).isEqualTo("CAST('{\"a\": \"''\"}' AS JSON)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\", "a\\'; DROP TABLE t; -- ", "\n", "\r", "\0", "\t", "\u001a", "\u0085" })
	void writesTextsThatDependOnTheSessionOrTheLineByTheirBytes(String text) {
		assertThat(SqlLiteral.of(text, "VARCHAR")).matches("CAST\\(x'[0-9a-f]+' AS CHAR\\)");
		assertThat(SqlLiteral.of(text, "JSON")).matches("CAST\\(CAST\\(x'[0-9a-f]+' AS CHAR\\) AS JSON\\)");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> SqlLiteral.of(text, "ENUM"));
	}

	@Test
	void writesNumbers() {
		assertThat(SqlLiteral.of(new BigInteger("18446744073709551615"), "BIGINT UNSIGNED"))
			.isEqualTo("18446744073709551615");
		assertThat(SqlLiteral.of(new BigDecimal("-1E-10"), "DECIMAL")).isEqualTo("-0.0000000001");
		assertThat(SqlLiteral.of(0.1f, "FLOAT")).isEqualTo("CAST('0.1' AS FLOAT)");
		assertThat(SqlLiteral.of(0.1, "DOUBLE")).isEqualTo("0.1E0");
		assertThat(SqlLiteral.of(Double.MIN_VALUE, "DOUBLE")).isEqualTo("4.9E-324");
		assertThat(SqlLiteral.of(true, "BOOL")).isEqualTo("1");
		assertThat(SqlLiteral.of(2024, "YEAR")).isEqualTo("2024");
	}

	@Test
	void writesBytes() {
		assertThat(SqlLiteral.of(new byte[] { 0, (byte) 0xff, '\'' }, "BLOB")).isEqualTo("x'00ff27'");
		assertThat(SqlLiteral.of(new byte[] { 2, 5 }, "BIT")).isEqualTo("x'0205'");
		assertThat(SqlLiteral.of(new byte[0], "VARBINARY")).isEqualTo("x''");
	}

	@Test
	void writesTimes() {
		assertThat(SqlLiteral.of("-838:59:59.000001", "TIME")).isEqualTo("'-838:59:59.000001'");
		assertThat(SqlLiteral.of(Date.valueOf("2024-02-29"), "DATE")).isEqualTo("'2024-02-29'");
		assertThat(SqlLiteral.of(LocalDateTime.of(1, 1, 1, 0, 0, 0, 1000), "DATETIME"))
			.isEqualTo("'0001-01-01 00:00:00.000001'");
		Instant instant = Instant.parse("2024-02-29T12:13:14.123456Z");
		assertThat(SqlLiteral.of(Timestamp.from(instant), "TIMESTAMP"))
			.isEqualTo("CAST(from_unixtime(1709208794.123456) AS TIMESTAMP(6))");
		assertThat(SqlLiteral.of(instant.atZone(ZoneId.of("Asia/Kolkata")), "TIMESTAMP"))
			.isEqualTo("CAST(from_unixtime(1709208794.123456) AS TIMESTAMP(6))");
	}

	@ParameterizedTest
	@CsvSource({ "2286-11-20T17:46:39.5Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z" })
	void refusesInstantsThatTheServerWouldRoundOrMakeNull(Instant instant) {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> SqlLiteral.of(Timestamp.from(instant), "TIMESTAMP"));
	}

	@Test
	void refusesWhatItDoesNotKnow() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> SqlLiteral.of("POINT(1 1)", "POINT"))
			.withMessageContaining("POINT");
		assertThatExceptionOfType(UnsupportedByServerException.class).isThrownBy(() -> SqlLiteral.of("1; x", "INT"));
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> SqlLiteral.of(Double.NaN, "DOUBLE"));
	}

}
