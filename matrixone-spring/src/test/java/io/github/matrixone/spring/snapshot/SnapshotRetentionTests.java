package io.github.matrixone.spring.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.snapshot.RetentionPlan.Decision;
import io.github.matrixone.spring.snapshot.RetentionPlan.Reason;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SnapshotRetentionTests {

	private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");

	private static final RetentionPolicy NIGHTLY = RetentionPolicy.of("nightly_", Duration.ofDays(30));

	private final Snapshot young = snapshot("nightly_4", 1);

	private final Snapshot old = snapshot("nightly_3", 31);

	private final Snapshot older = snapshot("nightly_2", 32);

	private final Snapshot oldest = snapshot("nightly_1", 33);

	private final Snapshot byHand = snapshot("by_hand", 1000);

	private final FakeSnapshots snapshots = new FakeSnapshots(
			List.of(this.oldest, this.young, this.byHand, this.older, this.old));

	@Test
	void saysWhatWouldGoAndWhy() {
		RetentionPlan plan = retention(NIGHTLY.keepAtLeast(2).protect(this.oldest.name())).plan();
		assertThat(plan.at()).isEqualTo(NOW);
		assertThat(plan.decisions().stream().map(Decision::snapshot)).containsExactly(this.young, this.old, this.older,
				this.oldest);
		assertThat(plan.decisions().stream().map(Decision::reason)).containsExactly(Reason.YOUNG, Reason.AMONG_NEWEST,
				Reason.EXPIRED, Reason.PROTECTED);
		assertThat(plan.expired()).containsExactly(this.older);
		assertThat(this.snapshots.all).hasSize(5);
	}

	@Test
	void dropsTheOldestFirstAndNothingElse() {
		assertThat(retention(NIGHTLY).prune()).containsExactly(this.oldest, this.older, this.old);
		assertThat(this.snapshots.all).containsExactlyInAnyOrder(this.young, this.byHand);
		assertThat(retention(NIGHTLY).prune()).isEmpty();
	}

	@Test
	void keepsOneUnlessToldOtherwise() {
		this.snapshots.all.remove(this.young);
		retention(NIGHTLY).prune();
		assertThat(this.snapshots.all).containsExactlyInAnyOrder(this.old, this.byHand);
		retention(NIGHTLY.keepAtLeast(0)).prune();
		assertThat(this.snapshots.all).containsExactly(this.byHand);
	}

	@Test
	void dropsWhatHasComeToItsEndAndNotBefore() {
		Snapshot ended = endsAt(NOW, "nightly_now");
		Snapshot endsLater = endsAt(NOW.plusSeconds(1), "NIGHTLY_later");
		Snapshot ofSomebodyElse = endsAt(NOW.minusSeconds(1), "monthly_1");
		this.snapshots.all.addAll(List.of(ended, endsLater, ofSomebodyElse));
		RetentionPolicy hundred = NIGHTLY.keepAtLeast(100);
		assertThat(retention(hundred).plan().decisions()).contains(new Decision(ended, hundred, Reason.EXPIRED),
				new Decision(endsLater, hundred, Reason.BEFORE_END));
		assertThat(retention(hundred).prune()).containsExactly(ended);
		assertThat(retention(NIGHTLY.protect(ended.name())).plan().expired()).doesNotContain(endsLater);
		this.snapshots.all.add(ended);
		assertThat(retention(NIGHTLY.keepAtLeast(100).protect(ended.name())).prune()).isEmpty();
	}

	@Test
	void doesNotCountWhatHasAnEndAmongTheNewest() {
		this.snapshots.all.remove(this.young);
		this.snapshots.all.add(endsAt(NOW.plusSeconds(1), "nightly_9"));
		assertThat(retention(NIGHTLY).prune()).containsExactly(this.oldest, this.older);
	}

	@Test
	void countsEachDatabaseByItself() {
		Snapshot ofOther = new Snapshot(SnapshotName.of("nightly_other"), SnapshotScope.database("other"),
				NOW.minus(Duration.ofDays(100)), null);
		this.snapshots.all.add(ofOther);
		retention(NIGHTLY).prune();
		assertThat(this.snapshots.all).contains(ofOther);
	}

	@Test
	void letsTheLongestPrefixDecideAndAnyPolicyProtect() {
		RetentionPolicy all = RetentionPolicy.of("NIGHT", Duration.ofDays(1))
			.keepAtLeast(0)
			.protect((snapshot) -> snapshot.equals(this.oldest));
		assertThat(retention(all, NIGHTLY.keepAtLeast(0)).plan().expired()).containsExactly(this.old, this.older);
	}

	@Test
	void keepsASnapshotThatHasGotTheNameOfAnOldOne() {
		Snapshot again = snapshot("nightly_1", 0);
		this.snapshots.afterList = () -> {
			if (this.snapshots.all.remove(this.oldest)) {
				this.snapshots.all.add(again);
			}
		};
		assertThat(retention(NIGHTLY).prune()).containsExactly(this.older, this.old);
		assertThat(this.snapshots.all).contains(again);
	}

	@Test
	void keepsTheLastOnesWhenOthersAreDroppedMeanwhile() {
		this.snapshots.afterList = () -> this.snapshots.all.removeAll(List.of(this.young, this.old));
		assertThat(retention(NIGHTLY).prune()).containsExactly(this.oldest);
		assertThat(this.snapshots.all).contains(this.older);
	}

	@Test
	void takesOneThatIsGoneForDone() {
		this.snapshots.afterList = () -> this.snapshots.all.remove(this.older);
		assertThat(retention(NIGHTLY).prune()).containsExactly(this.oldest, this.old);
	}

	@Test
	void isRefusedInATransaction() {
		TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> retention(NIGHTLY).prune());
			assertThat(retention(NIGHTLY).plan().expired()).hasSize(3);
		}
		finally {
			TransactionSynchronizationManager.setActualTransactionActive(false);
		}
		assertThat(this.snapshots.all).hasSize(5);
	}

	@Test
	void refusesPoliciesThatCannotBeMeant() {
		assertThatIllegalArgumentException().isThrownBy(() -> RetentionPolicy.of(" ", Duration.ofDays(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> RetentionPolicy.of("a", Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> NIGHTLY.keepAtLeast(-1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> retention(NIGHTLY, RetentionPolicy.of("Nightly_", Duration.ofDays(1))));
	}

	private SnapshotRetention retention(RetentionPolicy... policies) {
		return new SnapshotRetention(this.snapshots, List.of(policies), Clock.fixed(NOW, ZoneOffset.UTC));
	}

	/**
	 * Return a snapshot that was taken long before any greatest age.
	 */
	private static Snapshot endsAt(Instant end, String name) {
		return new Snapshot(SnapshotName.of(name).until(end), SnapshotScope.database("shop"),
				NOW.minus(Duration.ofDays(500)), null);
	}

	private static Snapshot snapshot(String name, int days) {
		return new Snapshot(SnapshotName.of(name), SnapshotScope.database("shop"), NOW.minus(Duration.ofDays(days)),
				null);
	}

}
