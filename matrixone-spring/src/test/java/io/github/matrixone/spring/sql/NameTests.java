package io.github.matrixone.spring.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NameTests {

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { " ", "\t", "it's", "\"x\"", "a`b", "back\\slash", "a\u0000b", "a\nb", "\uD800", "a\u00A0b",
			"a\u3000b", "a\u200Bb", "a\uFEFFb", "a\u200Db", "a\u00ADb", "a\u2028b", "a\uE000b", "a\u0378b" })
	void refusesNamesThatTheServerWouldMisread(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> DatabaseName.of(name));
		assertThatIllegalArgumentException().isThrownBy(() -> TableName.of(name));
		assertThatIllegalArgumentException().isThrownBy(() -> TableName.of("shop", name));
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotName.of(name));
		assertThatIllegalArgumentException().isThrownBy(() -> AccountName.of(name));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "; drop database shop" })
	void refusesBlanksInAllNamesButThoseOfTables(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> DatabaseName.of(name));
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotName.of(name));
		assertThatIllegalArgumentException().isThrownBy(() -> AccountName.of(name));
		assertThat(TableName.of(name).quoted()).isEqualTo('`' + name + '`');
	}

	@Test
	void refusesANameOfAPitrThatTheServerRefuses() {
		assertThat(PitrName.of("x".repeat(5000)).quoted()).hasSize(5002);
		assertThat(PitrName.of("Hourly")).isEqualTo(PitrName.of("hourly"));
		for (String name : new String[] { "x".repeat(5001), "a b", "a`b", "a'b", "sys_mo_catalog_pitr",
				"SYS_MO_CATALOG_PITR" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> PitrName.of(name));
		}
	}

	@Test
	void refusesASnapshotNameThatTheServerWouldCut() {
		assertThat(SnapshotName.of("ü".repeat(64)).value()).hasSize(64);
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotName.of("x".repeat(65)))
			.withMessageContaining("at most 64 characters");
	}

	@Test
	void refusesOverlongNamesWithAShortMessage() {
		assertThatIllegalArgumentException().isThrownBy(() -> TableName.of("x".repeat(5001)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(200));
	}

	@Test
	void quotesNames() {
		assertThat(DatabaseName.of("shop").quoted()).isEqualTo("`shop`");
		assertThat(TableName.of("shop", "a.b c").quoted()).isEqualTo("`shop`.`a.b c`");
		assertThat(TableName.of("x; drop table y").quoted()).isEqualTo("`x; drop table y`");
		assertThat(TableName.of("shop", "item")).hasToString("shop.item");
	}

	@Test
	void comparesNamesWithoutRegardToCase() {
		assertThat(SnapshotName.of("Before")).isEqualTo(SnapshotName.of("before"))
			.hasSameHashCodeAs(SnapshotName.of("BEFORE"));
		assertThat(TableName.of("Shop", "Item")).isEqualTo(TableName.of("shop", "item"))
			.hasSameHashCodeAs(TableName.of("SHOP", "ITEM"));
		assertThat(TableName.of("item")).isNotEqualTo(TableName.of("shop", "item"));
		assertThat((Object) DatabaseName.of("x")).isNotEqualTo(SnapshotName.of("x"));
		assertThat(TableName.of("item").qualifiedBy(DatabaseName.of("shop"))).isEqualTo(TableName.of("shop", "item"));
	}

	@Test
	void parsesNamesAsSqlHasThem() {
		assertThat(TableName.parse("orders")).isEqualTo(TableName.of("orders"));
		assertThat(TableName.parse("shop.orders")).isEqualTo(TableName.of("shop", "orders"));
		assertThat(TableName.parse("`orders`")).isEqualTo(TableName.of("orders"));
		assertThat(TableName.parse("`a.b`.`c`")).isEqualTo(TableName.of("a.b", "c"));
		assertThat(TableName.parse("shop.`a.b c`")).isEqualTo(TableName.of("shop", "a.b c"));
		assertThat(TableName.parse("`a.b`.c").quoted()).isEqualTo("`a.b`.`c`");
		assertThat(TableName.of("a.b")).isNotEqualTo(TableName.parse("a.b"));
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { " ", ".", "shop.", ".orders", "a.b.c", "`a", "a`", "``", "`a``b`", "`a`b", "`a`.",
			"a.`b`.c", "a\\b.c", "a b.c", "a.b'", "a.\"b\"" })
	void refusesToParseWhatIsNoName(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> TableName.parse(name))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(250));
	}

	@Test
	void lowerCasesEachCharacterByItselfAsTheServerDoes() {
		assertThat(SnapshotName.of("\u0130\u03A3").normalized()).isEqualTo("i\u03C3");
		assertThat(TableName.of("ITEM")).isEqualTo(TableName.of("\u0130tem"));
	}

	@Test
	void saysUntilWhenASnapshotIsWanted() {
		Instant end = Instant.parse("2026-12-31T23:59:59Z");
		SnapshotName name = SnapshotName.of("Before_Import").until(end);
		assertThat(name.value()).isEqualTo("Before_Import_until_20261231t235959z");
		assertThat(name.end()).isEqualTo(end);
		assertThat(SnapshotName.of(name.value().toUpperCase(Locale.ROOT)).end()).isEqualTo(end);
		assertThat(SnapshotName.of("x").until(end.minusNanos(1)).end()).isEqualTo(end);
		assertThat(name.until(end.plusSeconds(1)).value()).isEqualTo("Before_Import_until_20270101t000000z");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "x_until_20261231", "_until_20261231t235959z", "x_until_20260231t000000z",
			"x_until_20261231t246000z", "x_until_20261231t235959z_2", "xuntil_20261231t235959z" })
	void takesNoOtherNameForOneWithAnEnd(String name) {
		assertThat(SnapshotName.of(name).end()).isNull();
	}

	@Test
	void refusesAnEndThatANameCannotSay() {
		SnapshotName longest = SnapshotName.of("x".repeat(41));
		assertThat(longest.until(Instant.EPOCH).value()).hasSize(64);
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotName.of("x".repeat(42)).until(Instant.EPOCH))
			.withMessageContaining("64");
		for (Instant end : List.of(Instant.parse("+10000-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59.1Z"),
				Instant.MAX, Instant.MIN)) {
			assertThatIllegalArgumentException().isThrownBy(() -> longest.until(end)).withMessageContaining("9999");
		}
	}

	@Test
	void rendersPointsInTime() {
		assertThat(AsOf.snapshot(SnapshotName.of("Before")).hint()).isEqualTo("{SNAPSHOT = 'before'}");
		Instant instant = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
		assertThat(AsOf.instant(instant).hint()).isEqualTo("{MO_TS = 1700000000123456789}");
		assertThatIllegalArgumentException().isThrownBy(() -> AsOf.instant(Instant.now().plus(1, ChronoUnit.HOURS)))
			.withMessageContaining("past");
		assertThatIllegalArgumentException().isThrownBy(() -> AsOf.instant(Instant.EPOCH));
	}

}
