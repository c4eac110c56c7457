package io.github.matrixone.spring.contract.jpa;

import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.hibernate.JDBCException;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.exception.DataException;
import org.hibernate.type.NumericBooleanConverter;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.TrueFalseConverter;
import org.hibernate.type.YesNoConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingBasicTypesTests extends MappingContract {

	private static final String EMOJI = "\uD83D\uDE00";

	static Stream<Arguments> values() {
		return Stream
			.of(of("primitiveBoolean", true, false), of("booleanObject", true, false), of("booleanYesNo", true, false),
					of("booleanTrueFalse", true, false), of("booleanNumeric", true, false),
					of("byteObject", Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE),
					of("shortObject", Short.MIN_VALUE, Short.MAX_VALUE),
					of("integerObject", Integer.MIN_VALUE, Integer.MAX_VALUE),
					of("longObject", Long.MIN_VALUE, 9007199254740993L, Long.MAX_VALUE),
					of("floatObject", Float.MIN_VALUE, Math.nextUp(-Float.MAX_VALUE), Math.nextDown(Float.MAX_VALUE),
							Float.MIN_NORMAL, 0.1f, 16777216f, 1f / 3, 123456.79f),
					of("doubleObject", Double.MIN_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, Double.MIN_NORMAL, 0.1,
							0.1 + 0.2, 1.0 / 3, 9007199254740993.0, 1e-300, Math.nextUp(1.0)),
					of("letter", 'a', ' ', '\'', '\\', '\u00e9', '\u4e2d', '\0'), of("text", texts()),
					of("longText", "x".repeat(4000), EMOJI.repeat(2000), " ".repeat(4000)), of("nationalText", texts()),
					of("fixedText", "abcde", "ab"), of(
							"amount", new BigDecimal("0.00"), new BigDecimal("-0.01"),
							new BigDecimal("999999999999999999999999999999999999.99")),
					of("price", new BigDecimal("99999999999999999.99"), new BigDecimal("-99999999999999999.99"),
							new BigDecimal("0.01"), new BigDecimal("10.10")),
					of("decimal18", new BigDecimal("999999999.999999999"), new BigDecimal("-123456789.987654321")),
					of("decimal37", decimal("1.", 37), decimal("-9.", 37)),
					of("decimal20", new BigDecimal("123456789012345678.12345678901234567890"),
							new BigDecimal("-999999999999999999.99999999999999999999")),
					of("integer38", new BigInteger("9".repeat(38)), new BigInteger("-" + "9".repeat(38)),
							BigInteger.ZERO),
					of("bytes", bytes(0), bytes(1), bytes(255), new byte[] { 0, -1, 0, ' ', ' ' },
							new byte[] { '\'', '\\', '"', '%', '\n', 0x1a }),
					of("enumDefault", DayOfWeek.SUNDAY), of("enumString", DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
					of("enumOrdinal", DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
					of("enumVarchar", DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
					of("enumNative", DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
					of("enumNativeOrdinal", DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
					of("enumConverted", DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
					of("uuid", new UUID(0, 0), new UUID(-1, -1),
							UUID.fromString("00ff00ff-2027-5c20-0a0d-1a0920202020")),
					of("uuidText", new UUID(0, 0), new UUID(-1, -1)),
					of("date", LocalDate.of(1, 1, 1), LocalDate.of(1500, 2, 28), LocalDate.of(1582, 10, 4),
							LocalDate.of(1582, 10, 15), LocalDate.of(1969, 12, 31), LocalDate.of(2024, 2, 29),
							LocalDate.of(9999, 12, 31)),
					of("time", LocalTime.MIN, LocalTime.NOON, LocalTime.of(23, 59, 59)),
					of("timeMillis", LocalTime.of(0, 0, 0, 1_000_000), LocalTime.of(23, 59, 59, 999_000_000)),
					of("dateTime", LocalDateTime.of(1, 1, 1, 0, 0),
							LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
							LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_012_000),
							LocalDateTime.of(2038, 1, 19, 3, 14, 8),
							LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000)),
					of("instant", Instant.EPOCH, Instant.parse("1969-12-31T23:59:59.999999Z"),
							Instant.parse("2038-01-19T03:14:08Z"), Instant.parse("9999-12-31T23:59:59.999999Z")),
					of("offsetDateTime", OffsetDateTime.of(2024, 2, 29, 12, 34, 56, 789_012_000, ZoneOffset.UTC)),
					of("sqlTimestamp", java.sql.Timestamp.valueOf("2024-02-29 12:34:56.789012")),
					of("utilDate", java.sql.Timestamp.valueOf("2024-02-29 12:34:56.789")),
					of("duration", Duration.ZERO, Duration.ofNanos(1), Duration.ofNanos(-1),
							Duration.ofSeconds(9_000_000_000L, 999_999_999), Duration.ofDays(-100_000)),
					of("year", Year.of(-44), Year.of(0), Year.of(1900), Year.of(2024), Year.of(9999)),
					of("month", YearMonth.of(2024, 2)), of("zoneId", ZoneId.of("Europe/Berlin"), ZoneOffset.UTC),
					of("zoneOffset", ZoneOffset.ofHoursMinutes(5, 45), ZoneOffset.ofHours(-11)),
					of("timeZone", TimeZone.getTimeZone("Asia/Shanghai")), of("currency", Currency.getInstance("CNY")),
					of("locale", Locale.SIMPLIFIED_CHINESE, Locale.forLanguageTag("de-CH-1996")),
					of("url", url("https://example.org/a?b=%20c&d='e'#f")), of("type", String.class))
			.flatMap((values) -> values);
	}

	@ParameterizedTest
	@MethodSource("values")
	void whatIsStoredIsRead(String attribute, Object value) {
		Basic basic = new Basic();
		set(basic, attribute, value);
		store(basic);
		assertThat(get(call((em) -> em.find(Basic.class, basic.id)), attribute)).isEqualTo(value);
		Object selected = call(
				(em) -> em.createQuery("select b." + attribute + " from Basic b where b.id = :id", Object.class)
					.setParameter("id", basic.id)
					.getSingleResult());
		assertThat(selected).isEqualTo(value);
	}

	@ParameterizedTest
	@MethodSource("values")
	void whatIsStoredIsFoundByItsValue(String attribute, Object value) {
		Basic basic = new Basic();
		set(basic, attribute, value);
		store(basic);
		List<Long> found = call((em) -> em
			.createQuery("select b.id from Basic b where b.id = :id and b." + attribute + " = :value", Long.class)
			.setParameter("id", basic.id)
			.setParameter("value", value)
			.getResultList());
		assertThat(found).containsExactly(basic.id);
	}

	@ParameterizedTest
	@MethodSource("values")
	void whatIsUpdatedIsRead(String attribute, Object value) {
		Basic basic = store(new Basic());
		run((em) -> set(em.find(Basic.class, basic.id), attribute, value));
		assertThat(get(call((em) -> em.find(Basic.class, basic.id)), attribute)).isEqualTo(value);
	}

	@Test
	void everyAttributeMayBeNull() {
		Basic basic = store(new Basic());
		Basic found = call((em) -> em.find(Basic.class, basic.id));
		Set<String> notNull = Set.of("id", "primitiveBoolean");
		for (Field field : Basic.class.getDeclaredFields()) {
			if (!notNull.contains(field.getName()) && !field.isSynthetic()) {
				assertThat(get(found, field.getName())).as(field.getName()).isNull();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.005", "2.675", "-1.005", "0.994999", "-0.005" })
	void furtherDecimalPlacesAreRoundedHalfUp(String value) {
		Basic basic = new Basic();
		basic.price = new BigDecimal(value);
		store(basic);
		assertThat(call((em) -> em.find(Basic.class, basic.id)).price)
			.isEqualTo(new BigDecimal(value).setScale(2, RoundingMode.HALF_UP));
	}

	@Test
	void aDecimalThatIsTooLargeIsRefused() {
		Basic basic = new Basic();
		basic.price = new BigDecimal("100000000000000000.00");
		assertThatExceptionOfType(JDBCException.class).isThrownBy(() -> store(basic));
	}

	// no issue known
	@ParameterizedTest
	@CsvSource({ "0.11111111111111111111111111111111111111, 0.11111111111111111111111111111111111110",
			"0.00000000000000000000000000000000000001, 0E-38" })
	void theLastOf38DecimalPlacesIsLost(BigDecimal value, BigDecimal stored) {
		Basic basic = new Basic();
		basic.decimal38 = value;
		store(basic);
		assertThat(call((em) -> em.find(Basic.class, basic.id)).decimal38).isEqualTo(stored);
	}

	// no issue known
	@Test
	void theLargestFloatIsRefused() {
		Basic basic = new Basic();
		basic.floatObject = Float.MAX_VALUE;
		assertThatExceptionOfType(DataException.class).isThrownBy(() -> store(basic));
	}

	@Test
	void theDriverCannotReadTheSmallestFloat() {
		Basic basic = new Basic();
		basic.floatObject = -Float.MAX_VALUE;
		store(basic);
		assertThatExceptionOfType(DataException.class).isThrownBy(() -> call((em) -> em.find(Basic.class, basic.id)));
		run((em) -> em.createQuery("delete from Basic b where b.id = :id")
			.setParameter("id", basic.id)
			.executeUpdate());
	}

	@Test
	void aTextThatIsTooLongIsRefused() {
		Basic basic = new Basic();
		basic.text = "x".repeat(256);
		assertThatExceptionOfType(DataException.class).isThrownBy(() -> store(basic));
	}

	@Test
	void bytesThatAreTooManyAreRefused() {
		Basic basic = new Basic();
		basic.bytes = new byte[256];
		assertThatExceptionOfType(JDBCException.class).isThrownBy(() -> store(basic));
	}

	@ParameterizedTest
	@ValueSource(doubles = { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY })
	void whatIsNotANumberIsRefused(double value) {
		Basic basic = new Basic();
		basic.doubleObject = value;
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> store(basic));
	}

	@Test
	void nanosecondsAreRoundedToMicroseconds() {
		Basic basic = new Basic();
		basic.dateTime = LocalDateTime.of(2024, 12, 31, 23, 59, 59, 999_999_500);
		basic.instant = Instant.parse("2024-12-31T23:59:59.999999499Z");
		store(basic);
		Basic found = call((em) -> em.find(Basic.class, basic.id));
		assertThat(found.dateTime).isEqualTo(LocalDateTime.of(2025, 1, 1, 0, 0));
		assertThat(found.instant).isEqualTo(Instant.parse("2024-12-31T23:59:59.999999Z"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "00:00:00.000001", "12:34:56.789012", "23:59:59.999999" })
	void aTimeMappedAsLocalTimeKeepsItsMicroseconds(LocalTime time) {
		Basic basic = new Basic();
		basic.timeMicros = time;
		store(basic);
		assertThat(call((em) -> em.find(Basic.class, basic.id)).timeMicros).isEqualTo(time);
	}

	@Test
	void aTimeMappedAsLocalTimeIsNotFoundByItsMicroseconds() {
		Basic basic = new Basic();
		basic.timeMicros = LocalTime.of(12, 34, 56, 789_012_000);
		store(basic);
		List<Long> found = call(
				(em) -> em.createQuery("select b.id from Basic b where b.timeMicros = :time", Long.class)
					.setParameter("time", basic.timeMicros)
					.getResultList());
		assertThat(found).isEmpty();
	}

	@Test
	void aTimeLosesWhatIsLessThanAMillisecond() {
		Basic basic = new Basic();
		basic.timeMillis = LocalTime.of(12, 34, 56, 789_012_000);
		store(basic);
		assertThat(call((em) -> em.find(Basic.class, basic.id)).timeMillis)
			.isEqualTo(LocalTime.of(12, 34, 56, 789_000_000));
	}

	@Test
	void aTimeWithoutDecimalPlacesIsRounded() {
		Basic basic = new Basic();
		basic.time = LocalTime.of(12, 34, 56, 500_000_000);
		store(basic);
		assertThat(call((em) -> em.find(Basic.class, basic.id)).time).isEqualTo(LocalTime.of(12, 34, 57));
	}

	@Test
	void aTimeThatIsRoundedToMidnightCannotBeRead() {
		Basic basic = new Basic();
		basic.time = LocalTime.of(23, 59, 59, 500_000_000);
		store(basic);
		assertThatExceptionOfType(JDBCException.class).isThrownBy(() -> call((em) -> em.find(Basic.class, basic.id)))
			.withMessageContaining("24:00:00");
		run((em) -> em.createQuery("delete from Basic b where b.id = :id")
			.setParameter("id", basic.id)
			.executeUpdate());
	}

	private static Stream<Arguments> of(String attribute, Object... values) {
		return Stream.of(values).map((value) -> Arguments.arguments(attribute, value));
	}

	private static Object[] texts() {
		return new Object[] { "", " ", "trailing  ", "  leading", "\t\r\n", "'", "\"", "`", "\\", "\\\\'", "\\n", "%_",
				"null", "\0", "a\0b", "\u001a", "\u00e9", "e\u0301", "\u4e2d\u6587", EMOJI, EMOJI.repeat(255),
				"\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67", "\u202e", "\ufeff", "x".repeat(255),
				"\u4e2d".repeat(255), "--", "/* */", ";", "?", ":name", "{d '2024-01-01'}", "${x}" };
	}

	private static BigDecimal decimal(String start, int digits) {
		return new BigDecimal(start + "1234567890".repeat(4).substring(0, digits));
	}

	private static byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) (255 - i);
		}
		return bytes;
	}

	private static URL url(String url) {
		try {
			return URI.create(url).toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static void set(Basic basic, String attribute, Object value) {
		try {
			Basic.class.getDeclaredField(attribute).set(basic, value);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static Object get(Basic basic, String attribute) {
		try {
			return Basic.class.getDeclaredField(attribute).get(basic);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	@Entity(name = "Basic")
	static class Basic {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		boolean primitiveBoolean;

		Boolean booleanObject;

		@Convert(converter = YesNoConverter.class)
		Boolean booleanYesNo;

		@Convert(converter = TrueFalseConverter.class)
		Boolean booleanTrueFalse;

		@Convert(converter = NumericBooleanConverter.class)
		Boolean booleanNumeric;

		Byte byteObject;

		Short shortObject;

		Integer integerObject;

		Long longObject;

		Float floatObject;

		Double doubleObject;

		Character letter;

		String text;

		@Column(length = 4000)
		String longText;

		@org.hibernate.annotations.Nationalized
		String nationalText;

		@JdbcTypeCode(SqlTypes.CHAR)
		@Column(length = 5)
		String fixedText;

		@Column(precision = 38, scale = 2)
		BigDecimal amount;

		@Column(precision = 19, scale = 2)
		BigDecimal price;

		@Column(precision = 18, scale = 9)
		BigDecimal decimal18;

		@Column(precision = 38, scale = 37)
		BigDecimal decimal37;

		@Column(precision = 38, scale = 20)
		BigDecimal decimal20;

		@Column(precision = 38)
		BigInteger integer38;

		byte[] bytes;

		DayOfWeek enumDefault;

		@Enumerated(EnumType.STRING)
		DayOfWeek enumString;

		@Enumerated(EnumType.ORDINAL)
		DayOfWeek enumOrdinal;

		@Enumerated(EnumType.STRING)
		@JdbcTypeCode(SqlTypes.VARCHAR)
		DayOfWeek enumVarchar;

		@JdbcTypeCode(SqlTypes.ENUM)
		DayOfWeek enumNative;

		@JdbcTypeCode(SqlTypes.ORDINAL_ENUM)
		DayOfWeek enumNativeOrdinal;

		@Convert(converter = DayConverter.class)
		DayOfWeek enumConverted;

		UUID uuid;

		@JdbcTypeCode(SqlTypes.CHAR)
		UUID uuidText;

		@Column(name = "date_")
		LocalDate date;

		@Column(name = "time_")
		LocalTime time;

		@Column(secondPrecision = 3)
		LocalTime timeMillis;

		@Column(secondPrecision = 6)
		@JdbcTypeCode(SqlTypes.LOCAL_TIME)
		LocalTime timeMicros;

		@Column(precision = 38, scale = 38)
		BigDecimal decimal38;

		LocalDateTime dateTime;

		Instant instant;

		OffsetDateTime offsetDateTime;

		java.sql.Timestamp sqlTimestamp;

		java.util.Date utilDate;

		Duration duration;

		@Column(name = "year_")
		Year year;

		@JdbcTypeCode(SqlTypes.VARCHAR)
		@Convert(converter = YearMonthConverter.class)
		YearMonth month;

		ZoneId zoneId;

		ZoneOffset zoneOffset;

		TimeZone timeZone;

		Currency currency;

		Locale locale;

		URL url;

		Class<?> type;

	}

	@Converter
	static class DayConverter implements AttributeConverter<DayOfWeek, String> {

		@Override
		public String convertToDatabaseColumn(DayOfWeek day) {
			return (day != null) ? day.name().substring(0, 2) : null;
		}

		@Override
		public DayOfWeek convertToEntityAttribute(String text) {
			return (text != null)
					? Arrays.stream(DayOfWeek.values()).filter((day) -> day.name().startsWith(text)).findAny().get()
					: null;
		}

	}

	@Converter
	static class YearMonthConverter implements AttributeConverter<YearMonth, String> {

		@Override
		public String convertToDatabaseColumn(YearMonth month) {
			return (month != null) ? month.toString() : null;
		}

		@Override
		public YearMonth convertToEntityAttribute(String text) {
			return (text != null) ? YearMonth.parse(text) : null;
		}

	}

}
