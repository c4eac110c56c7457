package io.github.matrixone.spring.clone;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Options can be compared, as a mock does, and read, as a failed assertion is.
 */
class CloneOptionsTests {

	private static final SnapshotName NIGHTLY = SnapshotName.of("nightly");

	private static final AccountName ACCOUNT = AccountName.of("tenant");

	@Test
	void areEqualWhereAllOptionsAre() {
		List<CloneOptions> options = options();
		List<CloneOptions> again = options();
		for (int i = 0; i < options.size(); i++) {
			assertThat(options.get(i)).isEqualTo(again.get(i)).hasSameHashCodeAs(again.get(i));
		}
		assertThat(options).doesNotHaveDuplicates();
		assertThat(CloneOptions.from(NIGHTLY)).isEqualTo(CloneOptions.from(AsOf.snapshot(NIGHTLY)));
	}

	@Test
	void tellWhatTheyAre() {
		assertThat(CloneOptions.defaults()).hasToString("live");
		assertThat(CloneOptions.byCopy().ifNotExists()).hasToString("by copy, if not exists");
		assertThat(CloneOptions.from(NIGHTLY).copyGrants().toAccount(ACCOUNT))
			.hasToString("from snapshot nightly, to account tenant, copy grants");
	}

	@Test
	void needASnapshotToBeFromOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> CloneOptions.from((SnapshotName) null));
		assertThatIllegalArgumentException().isThrownBy(() -> CloneOptions.from((AsOf) null));
	}

	private static List<CloneOptions> options() {
		return List.of(CloneOptions.defaults(), CloneOptions.defaults().ifNotExists(),
				CloneOptions.defaults().copyGrants(), CloneOptions.byCopy(), CloneOptions.byCopy().ifNotExists(),
				CloneOptions.from(NIGHTLY), CloneOptions.from(SnapshotName.of("weekly")),
				CloneOptions.from(NIGHTLY).toAccount(ACCOUNT),
				CloneOptions.from(NIGHTLY).toAccount(AccountName.of("other")));
	}

}
