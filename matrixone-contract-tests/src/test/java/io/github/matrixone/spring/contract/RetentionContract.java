package io.github.matrixone.spring.contract;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.snapshot.RetentionPolicy;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotRetention;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link SnapshotRetention} promises.
 */
abstract class RetentionContract extends Contract {

	private static final RetentionPolicy POLICY = RetentionPolicy.of("CT_Nightly_", Duration.ofDays(30));

	@Test
	void dropsWhatIsTooOldAndKeepsTheNewestOfEachScope() {
		Snapshot oldest = take("ct_nightly_1");
		Snapshot older = take("ct_nightly_2");
		Snapshot newest = take("ct_nightly_3");
		Snapshot other = take("ct_by_hand");
		Snapshot ofTable = this.snapshots.create(SnapshotName.of("ct_nightly_table"), SnapshotScope.table(ITEM));
		assertThat(in(Duration.ofDays(29)).prune()).isEmpty();
		SnapshotRetention later = in(Duration.ofDays(31));
		assertThat(later.plan().expired()).containsExactly(older, oldest);
		assertThat(later.prune()).containsExactly(oldest, older);
		assertThat(this.snapshots.list()).contains(newest, other, ofTable).doesNotContain(oldest, older);
	}

	@Test
	void keepsASnapshotThatHasGotTheNameOfAnOldOne() {
		Snapshot old = take("ct_nightly_1");
		take("ct_nightly_2");
		this.snapshots.drop(old.name());
		Snapshot again = take("ct_nightly_1");
		SnapshotRetention retention = new SnapshotRetention(this.snapshots,
				List.of(POLICY.keepAtLeast(0).protect((snapshot) -> !snapshot.equals(old))), Clock.systemUTC());
		assertThat(retention.prune()).isEmpty();
		assertThat(this.snapshots.get(old.name())).isEqualTo(again);
	}

	@Test
	void dropsWhatHasComeToTheEndThatItsNameSays() {
		Instant end = Instant.now().plus(Duration.ofDays(2));
		Snapshot wanted = this.snapshots.create(SnapshotName.of("ct_nightly_import").until(end), SCOPE);
		assertThat(wanted.name().end()).isAfterOrEqualTo(end);
		assertThat(in(Duration.ofDays(1)).prune()).isEmpty();
		assertThat(in(Duration.ofDays(3)).prune()).containsExactly(wanted);
		assertThat(this.snapshots.exists(wanted.name())).isFalse();
	}

	// no issue known: of two that drop one snapshot at once, both are told that it is
	// done
	@Test
	void dropsTheSameWhereSeveralAreAtWork() throws Exception {
		List<Snapshot> taken = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			taken.add(take("ct_nightly_" + i));
		}
		int count = 3;
		List<Snapshot> dropped = new ArrayList<>();
		ExecutorService executor = Executors.newFixedThreadPool(count);
		try {
			List<Future<List<Snapshot>>> results = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				results.add(executor.submit(() -> in(Duration.ofDays(31)).prune()));
			}
			for (Future<List<Snapshot>> result : results) {
				dropped.addAll(result.get());
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(dropped).hasSameElementsAs(taken.subList(0, 9));
		assertThat(this.snapshots.list()).doesNotContainAnyElementsOf(taken.subList(0, 9));
		assertThat(this.snapshots.exists(taken.get(9).name())).isTrue();
	}

	private Snapshot take(String name) {
		return this.snapshots.create(SnapshotName.of(name), SCOPE);
	}

	private SnapshotRetention in(Duration time) {
		return new SnapshotRetention(this.snapshots, List.of(POLICY),
				Clock.fixed(Instant.now().plus(time), ZoneOffset.UTC));
	}

}
