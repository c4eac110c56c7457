package io.github.matrixone.spring.contract.jpa;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledIfServer
class MappingJsonTests extends MappingContract {

	static Stream<Object> values() {
		return Stream.of("", "text", "a'b\"c\\d/e\n\t\u0001", "\u00e9\u4e2d\uD83D\uDE00", "trailing  ", "\\u0041", 0,
				-1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 9007199254740993L, 0.1, 1.5, 1e-7,
				1.7976931348623157E308, true, false, List.of(), List.of(1, "a", List.of()), Map.of(), Map.of("", ""),
				Map.of("a.b", 1, "$", 2, "\u4e2d", List.of(Map.of())));
	}

	@ParameterizedTest
	@MethodSource("values")
	void aMapIsKept(Object value) {
		Settings settings = new Settings();
		settings.map = Map.of("key", value);
		store(settings);
		assertThat(call((em) -> em.find(Settings.class, settings.id)).map).isEqualTo(settings.map);
	}

	@Test
	void nullIsKeptInAMap() {
		Settings settings = new Settings();
		settings.map = new LinkedHashMap<>();
		settings.map.put("key", null);
		store(settings);
		assertThat(call((em) -> em.find(Settings.class, settings.id)).map).isEqualTo(settings.map);
	}

	@ParameterizedTest
	@CsvSource({ "12345678901234567890123, 1.2345678901234568E+22", "0.1234567890123456789, 0.12345678901234568",
			"123456789012345678.123456789, 123456789012345680", "1.00, 1" })
	void aNumberOfAMapIsADoubleOrALong(BigDecimal value, BigDecimal stored) {
		Settings settings = new Settings();
		settings.map = Map.of("key", value);
		store(settings);
		Object found = call((em) -> em.find(Settings.class, settings.id)).map.get("key");
		assertThat(new BigDecimal(found.toString())).isEqualByComparingTo(stored);
	}

	@Test
	void listsAndArraysAreKept() {
		Settings settings = new Settings();
		settings.numbers = Arrays.asList(1, null, Integer.MIN_VALUE);
		settings.words = new String[] { "", "a'\"\\", null, "\uD83D\uDE00" };
		settings.longs = new long[] { Long.MAX_VALUE, Long.MIN_VALUE };
		settings.doubles = new double[] { 0.1, 1e-300 };
		settings.texts = List.of("x", "y");
		store(settings);
		Settings found = call((em) -> em.find(Settings.class, settings.id));
		assertThat(found.numbers).isEqualTo(settings.numbers);
		assertThat(found.words).isEqualTo(settings.words);
		assertThat(found.longs).isEqualTo(settings.longs);
		assertThat(found.doubles).isEqualTo(settings.doubles);
		assertThat(found.texts).isEqualTo(settings.texts);
	}

	@Test
	void emptyListsAndArraysAreKept() {
		Settings settings = new Settings();
		settings.numbers = List.of();
		settings.words = new String[0];
		store(settings);
		Settings found = call((em) -> em.find(Settings.class, settings.id));
		assertThat(found.numbers).isEmpty();
		assertThat(found.words).isEmpty();
		assertThat(found.longs).isNull();
		assertThat(found.map).isNull();
	}

	@Test
	void anEmbeddableIsKept() {
		Settings settings = new Settings();
		settings.address = address("a'\"\\ \u4e2d\uD83D\uDE00");
		store(settings);
		Address found = call((em) -> em.find(Settings.class, settings.id)).address;
		assertThat(found).usingRecursiveComparison().isEqualTo(settings.address);
	}

	@Test
	void anEmbeddableIsQueriedAndUpdatedByItsAttributes() {
		Settings settings = new Settings();
		settings.address = address("Hauptstra\u00dfe");
		store(settings);
		run((em) -> em.createQuery("update Settings s set s.address.number = 2 where s.address.street = :street")
			.setParameter("street", "Hauptstra\u00dfe")
			.executeUpdate());
		Address found = call((em) -> em
			.createQuery("select s.address from Settings s where s.address.number = 2 and s.id = :id", Address.class)
			.setParameter("id", settings.id)
			.getSingleResult());
		assertThat(found.street).isEqualTo("Hauptstra\u00dfe");
		assertThat(found.number).isEqualTo(2);
		assertThat(found.since).isEqualTo(settings.address.since);
		assertThat(found.rent).isEqualTo(settings.address.rent);
	}

	@Test
	void aChangeInsideIsStored() {
		Settings settings = new Settings();
		settings.map = new LinkedHashMap<>(Map.of("key", 1));
		settings.address = address("before");
		store(settings);
		run((em) -> {
			Settings found = em.find(Settings.class, settings.id);
			found.map.put("other", 2);
			found.address.street = "after";
		});
		Settings found = call((em) -> em.find(Settings.class, settings.id));
		assertThat(found.map).isEqualTo(Map.of("key", 1, "other", 2));
		assertThat(found.address.street).isEqualTo("after");
	}

	private static Address address(String street) {
		Address address = new Address();
		address.street = street;
		address.number = 1;
		address.since = LocalDate.of(2024, 2, 29);
		address.rent = new BigDecimal("1234567890.10");
		address.garden = true;
		return address;
	}

	@Entity(name = "Settings")
	static class Settings {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@JdbcTypeCode(SqlTypes.JSON)
		Map<String, Object> map;

		List<Integer> numbers;

		String[] words;

		long[] longs;

		double[] doubles;

		@JdbcTypeCode(SqlTypes.JSON)
		List<String> texts;

		@JdbcTypeCode(SqlTypes.JSON)
		Address address;

	}

	@Embeddable
	static class Address {

		String street;

		Integer number;

		LocalDate since;

		BigDecimal rent;

		Boolean garden;

	}

}
