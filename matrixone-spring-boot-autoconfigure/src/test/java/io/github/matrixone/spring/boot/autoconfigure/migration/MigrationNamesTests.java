package io.github.matrixone.spring.boot.autoconfigure.migration;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;

class MigrationNamesTests {

	private final MigrationNames names = new MigrationNames("Before_Migration_");

	@Test
	void saysFromWhichVersionToWhich() {
		assertThat(this.names.name("1.2", "2").value()).matches("before_migration_1_2_to_2_[0-9a-f]{8}");
		assertThat(this.names.name(null, "2").value()).matches("before_migration_none_to_2_[0-9a-f]{8}");
	}

	@Test
	void givesEachAttemptANameOfItsOwn() {
		assertThat(this.names.name("1", "2")).isNotEqualTo(this.names.name("1", "2"));
	}

	@Test
	void takesAnyVersionForAName() {
		for (String version : new String[] { "it's \"quoted\" `x`", "a b\tc\\d", "Änderung", "x".repeat(200), "" }) {
			SnapshotName name = this.names.name(version, version);
			assertThat(name.value()).hasSizeLessThanOrEqualTo(64).matches("[a-z0-9_]+");
			assertThat(this.names.matches(name)).as(name.value()).isTrue();
		}
	}

	@Test
	void takesNoOtherSnapshotForOneOfItsOwn() {
		assertThat(this.names.matches(this.names.name("1", "2"))).isTrue();
		assertThat(this.names.matches(SnapshotName.of("before_migration_of_the_shop"))).isFalse();
		assertThat(this.names.matches(SnapshotName.of("x_before_migration_1_to_2_0123abcd"))).isFalse();
		assertThat(new MigrationNames("before_").matches(SnapshotName.of("before_1_to_2_0123abcg"))).isFalse();
	}

	@Test
	void wantsAPrefixThatLeavesRoom() {
		assertThat(this.names.isValid()).isTrue();
		assertThat(new MigrationNames("x".repeat(24)).isValid()).isTrue();
		assertThat(new MigrationNames("x".repeat(25)).isValid()).isFalse();
		assertThat(new MigrationNames("").isValid()).isFalse();
		assertThat(new MigrationNames("before migration").isValid()).isFalse();
	}

}
