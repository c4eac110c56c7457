package io.github.matrixone.spring.contract.jpa;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.assertj.core.api.SoftAssertions;
import org.hibernate.HibernateException;
import org.hibernate.JDBCException;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TimeZoneStorage;
import org.hibernate.annotations.TimeZoneStorageType;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingTimesTests {

	private static final String UTC = "UTC";

	/**
	 * In Berlin there is no half past two on this day.
	 */
	private static final LocalDateTime GAP = LocalDateTime.of(2024, 3, 31, 2, 30, 0, 123_456_000);

	/**
	 * In Berlin it is half past two at both, in UTC.
	 */
	private static final LocalDateTime BEFORE_OVERLAP = LocalDateTime.of(2024, 10, 27, 0, 30);

	private static final LocalDateTime AFTER_OVERLAP = LocalDateTime.of(2024, 10, 27, 1, 30);

	private static final List<LocalDateTime> UNAMBIGUOUS = List.of(LocalDateTime.of(2024, 2, 29, 23, 59, 59),
			LocalDateTime.of(2024, 7, 1, 12, 34, 56, 789_012_000), LocalDateTime.of(1970, 1, 2, 0, 0),
			LocalDateTime.of(2038, 1, 19, 3, 14, 8));

	private static final List<LocalDateTime> DATE_TIMES = Stream.concat(UNAMBIGUOUS.stream(),
			Stream.of(GAP, BEFORE_OVERLAP, AFTER_OVERLAP, LocalDateTime.of(2024, 10, 27, 2, 30),
					LocalDateTime.of(2024, 3, 10, 2, 30), LocalDateTime.of(2024, 11, 3, 1, 30),
					LocalDateTime.of(2011, 12, 30, 12, 0), LocalDateTime.of(1940, 6, 1, 0, 30),
					LocalDateTime.of(1899, 12, 31, 23, 59, 59, 999_999_000), LocalDateTime.of(1600, 1, 1, 0, 0),
					LocalDateTime.of(9998, 12, 31, 23, 59, 59, 999_999_000)))
		.toList();

	private static final String NOTHING = "";

	private static final String IN_SHANGHAI = "&connectionTimeZone=Asia/Shanghai&forceConnectionTimeZoneToSession=true";

	private static final String IN_BERLIN = "&connectionTimeZone=Europe/Berlin&forceConnectionTimeZoneToSession=true";

	private final TimeZone zone = TimeZone.getDefault();

	static Stream<Arguments> zones() {
		return Stream.of(UTC, "Europe/Berlin", "America/New_York", "Pacific/Apia")
			.flatMap((zone) -> Stream.of(NOTHING, IN_SHANGHAI, IN_BERLIN)
				.map((parameters) -> Arguments.arguments(zone, parameters)));
	}

	@AfterEach
	void restoreZone() {
		TimeZone.setDefault(this.zone);
	}

	@ParameterizedTest
	@MethodSource("zones")
	void instantsAreKept(String zone, String parameters) {
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		SoftAssertions softly = new SoftAssertions();
		try (SessionFactory factory = start(Map.of(), parameters)) {
			for (LocalDateTime dateTime : DATE_TIMES) {
				OffsetDateTime value = dateTime.atOffset(ZoneOffset.UTC);
				Moment moment = new Moment();
				moment.instant = value.toInstant();
				moment.offsetDateTime = value.withOffsetSameInstant(ZoneOffset.ofHoursMinutes(-3, -30));
				moment.zonedDateTime = value.atZoneSameInstant(ZoneId.of("Asia/Tokyo"));
				moment.withOffset = moment.offsetDateTime;
				moment.normalizedToUtc = moment.offsetDateTime;
				Moment found = storeAndFind(factory, moment);
				softly.assertThat(found.instant).isEqualTo(value.toInstant());
				softly.assertThat(found.offsetDateTime).isEqualTo(value);
				softly.assertThat(found.zonedDateTime.toInstant()).isEqualTo(value.toInstant());
				softly.assertThat(found.withOffset).isEqualTo(value);
				softly.assertThat(found.withOffset.getOffset()).isEqualTo(moment.withOffset.getOffset());
				softly.assertThat(found.normalizedToUtc).isEqualTo(value);
				TimeZone.setDefault(TimeZone.getTimeZone("Australia/Lord_Howe"));
				Moment foundElsewhere = factory.fromTransaction((session) -> session.find(Moment.class, moment.id));
				softly.assertThat(foundElsewhere.instant).isEqualTo(value.toInstant());
				softly.assertThat(foundElsewhere.withOffset).isEqualTo(value);
				TimeZone.setDefault(TimeZone.getTimeZone(zone));
			}
		}
		softly.assertAll();
	}

	@ParameterizedTest
	@MethodSource("zones")
	void localDatesAndTimesAreKept(String zone, String parameters) {
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		SoftAssertions softly = new SoftAssertions();
		try (SessionFactory factory = start(Map.of(), parameters)) {
			for (LocalDateTime dateTime : DATE_TIMES) {
				Moment moment = new Moment();
				moment.exactDateTime = dateTime;
				moment.exactDate = dateTime.toLocalDate();
				moment.time = dateTime.toLocalTime().withNano(0);
				moment.exactTime = dateTime.toLocalTime();
				Moment found = storeAndFind(factory, moment);
				softly.assertThat(found.exactDateTime).isEqualTo(dateTime);
				softly.assertThat(found.exactDate).isEqualTo(dateTime.toLocalDate());
				softly.assertThat(found.time).isEqualTo(moment.time);
				softly.assertThat(found.exactTime).isEqualTo(moment.exactTime);
			}
		}
		softly.assertAll();
	}

	@ParameterizedTest
	@MethodSource("zones")
	void whatIsWrittenInTheZoneOfTheJvmIsKeptWhereThatIsUnambiguous(String zone, String parameters) {
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		SoftAssertions softly = new SoftAssertions();
		try (SessionFactory factory = start(Map.of(), parameters)) {
			for (LocalDateTime dateTime : UNAMBIGUOUS) {
				Moment moment = new Moment();
				moment.localDateTime = dateTime;
				moment.normalized = dateTime.atOffset(ZoneOffset.UTC);
				moment.localDate = dateTime.toLocalDate();
				moment.date = Timestamp.from(dateTime.toInstant(ZoneOffset.UTC));
				moment.timestamp = Timestamp.from(dateTime.toInstant(ZoneOffset.UTC));
				Moment found = storeAndFind(factory, moment);
				softly.assertThat(found.localDateTime).isEqualTo(dateTime);
				softly.assertThat(found.normalized).isEqualTo(moment.normalized);
				softly.assertThat(found.date).isEqualTo(moment.date);
				softly.assertThat(found.timestamp).isEqualTo(moment.timestamp);
				softly.assertThat(found.localDate).isEqualTo(moment.localDate);
			}
		}
		softly.assertAll();
	}

	@ParameterizedTest
	@ValueSource(strings = { UTC, "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia" })
	void instantsOfAllKindsAreKeptWithUtcAsTheZoneOfJdbc(String zone) {
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		SoftAssertions softly = new SoftAssertions();
		try (SessionFactory factory = start(Map.of("hibernate.jdbc.time_zone", UTC), NOTHING)) {
			for (LocalDateTime dateTime : DATE_TIMES) {
				OffsetDateTime value = dateTime.atOffset(ZoneOffset.UTC);
				Moment moment = new Moment();
				moment.instant = value.toInstant();
				moment.offsetDateTime = value;
				moment.normalized = value;
				moment.withOffset = value.withOffsetSameInstant(ZoneOffset.ofHours(9));
				moment.timestamp = Timestamp.from(value.toInstant());
				moment.date = Timestamp.from(value.toInstant());
				moment.exactDateTime = dateTime;
				moment.exactDate = dateTime.toLocalDate();
				moment.time = dateTime.toLocalTime().withNano(0);
				Moment found = storeAndFind(factory, moment);
				softly.assertThat(found.instant).isEqualTo(value.toInstant());
				softly.assertThat(found.offsetDateTime).isEqualTo(value);
				softly.assertThat(found.normalized).isEqualTo(value);
				softly.assertThat(found.withOffset).isEqualTo(value);
				softly.assertThat(found.timestamp).isEqualTo(moment.timestamp);
				softly.assertThat(found.date).isEqualTo(moment.date);
				softly.assertThat(found.exactDateTime).isEqualTo(dateTime);
				softly.assertThat(found.exactDate).isEqualTo(dateTime.toLocalDate());
				softly.assertThat(found.time).isEqualTo(moment.time);
			}
		}
		softly.assertAll();
	}

	@Test
	void aLocalDateTimeThatTheZoneOfTheJvmDoesNotHaveIsMoved() {
		TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
		try (SessionFactory factory = start(Map.of(), NOTHING)) {
			Moment moment = new Moment();
			moment.localDateTime = GAP;
			assertThat(storeAndFind(factory, moment).localDateTime).isEqualTo(GAP.plusHours(1));
		}
	}

	@Test
	void aLocalDateThatTheZoneOfTheJvmDoesNotHaveIsMoved() {
		TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
		try (SessionFactory factory = start(Map.of(), NOTHING)) {
			Moment moment = new Moment();
			moment.localDate = LocalDate.of(2011, 12, 30);
			assertThat(storeAndFind(factory, moment).localDate).isEqualTo(LocalDate.of(2011, 12, 31));
		}
	}

	@Test
	void aCalendarIsMovedWhereTheConnectionIsInAnotherZone() {
		try (SessionFactory factory = start(Map.of(), IN_SHANGHAI)) {
			Moment moment = new Moment();
			moment.calendar = new GregorianCalendar(2024, Calendar.JULY, 1, 12, 30, 59);
			assertThat(storeAndFind(factory, moment).calendar.toInstant())
				.isEqualTo(Instant.parse("2024-07-01T04:30:59Z"));
		}
	}

	@Test
	void anInstantThatIsAmbiguousInTheZoneOfTheJvmIsMovedWhereItIsNormalizedToIt() {
		TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
		try (SessionFactory factory = start(Map.of(), NOTHING)) {
			Moment moment = new Moment();
			moment.normalized = BEFORE_OVERLAP.atOffset(ZoneOffset.UTC);
			moment.timestamp = Timestamp.from(BEFORE_OVERLAP.toInstant(ZoneOffset.UTC));
			Moment found = storeAndFind(factory, moment);
			assertThat(found.normalized).isEqualTo(AFTER_OVERLAP.atOffset(ZoneOffset.UTC));
			assertThat(found.timestamp.toInstant()).isEqualTo(AFTER_OVERLAP.toInstant(ZoneOffset.UTC));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { NOTHING, IN_SHANGHAI })
	void aTimestampColumnKeepsInstants(String parameters) {
		SoftAssertions softly = new SoftAssertions();
		try (SessionFactory factory = start(Map.of(), parameters)) {
			for (LocalDateTime dateTime : List.of(GAP, BEFORE_OVERLAP, AFTER_OVERLAP)) {
				Moment moment = new Moment();
				moment.inTimestampColumn = dateTime.toInstant(ZoneOffset.UTC);
				softly.assertThat(storeAndFind(factory, moment).inTimestampColumn).isEqualTo(moment.inTimestampColumn);
			}
		}
		softly.assertAll();
	}

	// no issue known: MySQL refuses such a value
	@Test
	void aTimestampColumnMovesAnInstantThatTheZoneOfTheSessionDoesNotHave() {
		try (SessionFactory factory = start(Map.of(), IN_BERLIN)) {
			Moment moment = new Moment();
			moment.inTimestampColumn = GAP.toInstant(ZoneOffset.UTC);
			assertThat(storeAndFind(factory, moment).inTimestampColumn)
				.isEqualTo(GAP.plusHours(1).toInstant(ZoneOffset.UTC));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { UTC, "Europe/Berlin", "Asia/Kolkata" })
	void anOffsetTimeIsNormalizedToUtc(String zone) {
		TimeZone.setDefault(TimeZone.getTimeZone(zone));
		try (SessionFactory factory = start(Map.of(), NOTHING, Opening.class)) {
			Opening opening = new Opening();
			opening.time = OffsetTime.of(1, 30, 59, 0, ZoneOffset.ofHoursMinutes(5, 30));
			factory.inTransaction((session) -> session.persist(opening));
			Opening found = factory.fromTransaction((session) -> session.find(Opening.class, opening.id));
			assertThat(found.time).isEqualTo(OffsetTime.of(20, 0, 59, 0, ZoneOffset.UTC));
		}
	}

	@Test
	void anOffsetTimeIsKeptWithItsOffset() {
		try (SessionFactory factory = start(Map.of(), NOTHING, OpeningWithOffset.class)) {
			OpeningWithOffset opening = new OpeningWithOffset();
			opening.time = OffsetTime.of(1, 30, 59, 0, ZoneOffset.ofHoursMinutes(5, 30));
			factory.inTransaction((session) -> session.persist(opening));
			OpeningWithOffset found = factory
				.fromTransaction((session) -> session.find(OpeningWithOffset.class, opening.id));
			assertThat(found.time).isEqualTo(opening.time);
		}
	}

	@Test
	void thereIsNoNativeTimeZoneStorage() {
		assertThatExceptionOfType(HibernateException.class)
			.isThrownBy(() -> start(Map.of("hibernate.timezone.default_storage", "NATIVE"), NOTHING))
			.withMessageContaining("NATIVE is not supported");
	}

	@Test
	void timesWithOffsetsCannotBeBoundDirectly() {
		try (SessionFactory factory = start(Map.of("hibernate.type.java_time_use_direct_jdbc", true), NOTHING)) {
			Moment moment = new Moment();
			moment.offsetDateTime = GAP.atOffset(ZoneOffset.UTC);
			assertThatExceptionOfType(JDBCException.class).isThrownBy(() -> storeAndFind(factory, moment))
				.withMessageContaining("TIMESTAMP_WITH_TIMEZONE");
		}
	}

	private static Moment storeAndFind(SessionFactory factory, Moment moment) {
		factory.inTransaction((session) -> session.persist(moment));
		return factory.fromTransaction((session) -> session.find(Moment.class, moment.id));
	}

	private static SessionFactory start(Map<String, ?> settings, String parameters) {
		return start(settings, parameters, Moment.class);
	}

	private static SessionFactory start(Map<String, ?> settings, String parameters, Class<?> type) {
		SessionFactory factory = MappingModel.start(MappingModel.url(MappingModel.DATABASE) + parameters, settings,
				type);
		factory.getSchemaManager().drop(false);
		factory.getSchemaManager().create(false);
		return factory;
	}

	@Entity(name = "Moment")
	static class Moment {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		Instant instant;

		OffsetDateTime offsetDateTime;

		ZonedDateTime zonedDateTime;

		@TimeZoneStorage(TimeZoneStorageType.COLUMN)
		OffsetDateTime withOffset;

		@TimeZoneStorage(TimeZoneStorageType.NORMALIZE_UTC)
		OffsetDateTime normalizedToUtc;

		@TimeZoneStorage(TimeZoneStorageType.NORMALIZE)
		OffsetDateTime normalized;

		LocalDateTime localDateTime;

		@JdbcTypeCode(SqlTypes.LOCAL_DATE_TIME)
		LocalDateTime exactDateTime;

		LocalDate localDate;

		@JdbcTypeCode(SqlTypes.LOCAL_DATE)
		LocalDate exactDate;

		@Column(name = "time_")
		LocalTime time;

		@JdbcTypeCode(SqlTypes.LOCAL_TIME)
		@Column(secondPrecision = 6)
		LocalTime exactTime;

		@Column(name = "date_")
		Date date;

		@Column(name = "timestamp_")
		Timestamp timestamp;

		Calendar calendar;

		@Column(columnDefinition = "timestamp(6)")
		Instant inTimestampColumn;

	}

	@Entity(name = "Opening")
	static class Opening {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Column(name = "time_")
		OffsetTime time;

	}

	@Entity(name = "OpeningWithOffset")
	static class OpeningWithOffset {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Column(name = "time_")
		@TimeZoneStorage(TimeZoneStorageType.COLUMN)
		OffsetTime time;

	}

}
