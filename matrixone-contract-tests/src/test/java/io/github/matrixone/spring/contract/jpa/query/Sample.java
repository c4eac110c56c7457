package io.github.matrixone.spring.contract.jpa.query;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;

/**
 * One row with a column of each kind, to call functions with.
 */
@Entity
class Sample {

	enum Colour {

		RED, GREEN, BLUE

	}

	@Id
	Long id = 1L;

	Integer i = 7;

	Integer j = -3;

	Long big = 9_000_000_000L;

	Double d = 2.5;

	@Column(name = "dec_", precision = 12, scale = 3)
	BigDecimal dec = new BigDecimal("12.345");

	String s = "Hello";

	String t = "  pad  ";

	String u = "Grüße 世界";

	LocalDate dt = LocalDate.of(2024, 2, 29);

	LocalTime tm = LocalTime.of(13, 14, 15);

	LocalDateTime ts = LocalDateTime.parse("2024-02-29T13:14:15.123456");

	Instant inst = Instant.parse("2024-02-29T13:14:15.123456Z");

	OffsetDateTime odt = OffsetDateTime.parse("2024-02-29T13:14:15.123456Z");

	Duration dur = Duration.ofMinutes(90);

	Boolean yes = true;

	Boolean no = false;

	String nul;

	Integer nulli;

	@Column(columnDefinition = "json")
	String js = """
			{"a":{"b":[1,2,{"c":"x"}]},"n":5,"s":"text","t":true,"z":null,"arr":[10,20,30]}""";

	@Enumerated(EnumType.STRING)
	Colour en = Colour.GREEN;

	@Enumerated(EnumType.ORDINAL)
	Colour ord = Colour.BLUE;

	byte[] bin = { 1, (byte) 0xab, (byte) 0xff };

	UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

}
