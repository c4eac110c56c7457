package io.github.matrixone.spring.snapshot;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Options and filters can be compared, as a mock does, and read, as a failed assertion
 * is.
 */
class SnapshotOptionsTests {

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	@Test
	void optionsAreEqualWhereAllOfThemAre() {
		assertEqual(options(), options());
		assertThat(options()).extracting(Object::toString)
			.containsExactly("unless written", "unless written, if not exists", "committed data only",
					"committed data only, if not exists");
	}

	@Test
	void filtersAreEqualWhereAllConditionsAre() {
		assertEqual(filters(), filters());
		SnapshotFilter all = SnapshotFilter.all();
		assertThat(all.namePrefix("A_").database(SHOP)).isEqualTo(all.database(SHOP).namePrefix("a_"));
		assertThat(all.database(SHOP)).asString().contains("shop");
	}

	@Test
	void conditionsAddUp() {
		Snapshot snapshot = new Snapshot(SnapshotName.of("nightly_1"), SnapshotScope.database(SHOP), NOON, null);
		assertThat(filters()).allMatch((filter) -> filter.matches(snapshot));
		assertThat(SnapshotFilter.all().level(SnapshotLevel.DATABASE).level(SnapshotLevel.TABLE).matches(snapshot))
			.isFalse();
		assertThat(SnapshotFilter.all().database(SHOP).createdBefore(NOON).matches(snapshot)).isFalse();
	}

	private static void assertEqual(List<?> first, List<?> second) {
		for (int i = 0; i < first.size(); i++) {
			assertThat((Object) first.get(i)).isEqualTo(second.get(i)).hasSameHashCodeAs(second.get(i));
		}
		assertThat(first).doesNotHaveDuplicates();
	}

	private static List<SnapshotOptions> options() {
		return List.of(SnapshotOptions.defaults(), SnapshotOptions.defaults().ifNotExists(),
				SnapshotOptions.committedDataOnly(), SnapshotOptions.committedDataOnly().ifNotExists());
	}

	private static List<SnapshotFilter> filters() {
		SnapshotFilter all = SnapshotFilter.all();
		return List.of(all, all.level(SnapshotLevel.DATABASE), all.database(SHOP),
				all.holding(TableName.of(SHOP, "item")), all.namePrefix("nightly_"), all.namePrefix("Nightly"),
				all.createdBefore(NOON.plusSeconds(1)), all.createdAfter(NOON.minusSeconds(1)));
	}

}
