package io.github.matrixone.spring.branch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.branch.BranchRetentionPlan.Decision;
import io.github.matrixone.spring.branch.BranchRetentionPlan.Reason;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

class BranchRetentionTests {

	private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final UnmergedChanges NOTHING = new UnmergedChanges(0, Map.of());

	private static final UnmergedChanges A_ROW = new UnmergedChanges(1, Map.of());

	private static final BranchRetentionPolicy DRAFTS = BranchRetentionPolicy.tables(SHOP, "Draft_",
			Duration.ofDays(30));

	private static final BranchRetentionPolicy REVIEWS = BranchRetentionPolicy.databases("review_",
			Duration.ofDays(30));

	private final BranchOperations branches = mock();

	private final BranchNotes notes = mock();

	private int ids;

	@Test
	void countsTheLastTableOfADatabaseAndAsksOnceForAllOfIt() {
		Branch one = ofDatabase("review_a", "one");
		Branch two = ofDatabase("review_a", "two");
		given(this.branches.ages()).willReturn(List.of(age(one, 40), age(two, 29)));
		assertThat(decisions(REVIEWS)).extracting(Decision::reason).containsExactly(Reason.EXPIRING);
		given(this.branches.ages()).willReturn(List.of(age(one, 40), age(two, 31)));
		given(this.branches.unmerged(DatabaseName.of("review_a"))).willReturn(NOTHING);
		assertThat(decisions(REVIEWS)).singleElement().satisfies((decision) -> {
			assertThat(decision.tables()).containsExactly(one, two);
			assertThat(decision.name()).isEqualTo("review_a");
			assertThat(decision.isDelete()).isTrue();
		});
	}

	@Test
	void appliesToNamesOfItsKindOnly() {
		List<Branch> others = List.of(table("shop", "review_a"), ofDatabase("draft_a", "item"),
				table("other", "draft_a"), table("shop", "my_draft_a"), ofDatabase("my_review_a", "item"));
		given(this.branches.ages()).willReturn(others.stream().map((branch) -> age(branch, 400)).toList());
		assertThat(decisions(DRAFTS, REVIEWS)).isEmpty();
		retention(DRAFTS.alsoUnmerged(), REVIEWS.alsoUnmerged()).prune();
		verify(this.branches, never()).deleteTable(any(), any());
		verify(this.branches, never()).deleteDatabase(any(), any());
	}

	@Test
	void looksAgainBeforeItDeletes() {
		Branch branch = table("shop", "draft_a");
		given(this.branches.ages()).willReturn(List.of(age(branch, 40)));
		given(this.branches.unmerged(branch.table())).willReturn(NOTHING, A_ROW);
		given(this.branches.deleteTable(eq(branch), any()))
			.willAnswer((call) -> call.getArgument(1, BooleanSupplier.class).getAsBoolean());
		assertThat(retention(DRAFTS).prune()).isEmpty();
		given(this.branches.unmerged(branch.table())).willReturn(NOTHING);
		assertThat(retention(DRAFTS).prune()).extracting(Decision::name).containsExactly("shop.draft_a");
	}

	@Test
	void keepsWhatWouldBeLostUnlessAskedFor() {
		Branch branch = table("shop", "draft_a");
		given(this.branches.ages()).willReturn(List.of(age(branch, 40)));
		given(this.branches.unmerged(branch.table())).willReturn(A_ROW,
				new UnmergedChanges(0, Map.of(branch.table(), "has a parent that is gone")));
		assertThat(decisions(DRAFTS)).extracting(Decision::reason).containsExactly(Reason.UNMERGED);
		assertThat(decisions(DRAFTS)).singleElement()
			.extracting(Decision::explanation)
			.asString()
			.contains("has a parent that is gone");
		assertThat(decisions(DRAFTS.alsoUnmerged())).extracting(Decision::reason).containsExactly(Reason.EXPIRED);
	}

	@Test
	void keepsTheParentOfOtherBranchesWhateverThePolicySays() {
		Branch parent = table("shop", "draft_a");
		Branch child = new Branch(TableName.of("shop", "child"), parent.table(), NOW, false, "77", parent.id());
		given(this.branches.ages()).willReturn(List.of(age(parent, 40), age(child, 1)));
		assertThat(decisions(DRAFTS.alsoUnmerged())).extracting(Decision::reason).containsExactly(Reason.PARENT);
	}

	@Test
	void goesOnWhereABranchIsBeingWrittenTo() {
		Branch busy = table("shop", "draft_a");
		Branch idle = table("shop", "draft_b");
		given(this.branches.ages()).willReturn(List.of(age(idle, 40), age(busy, 50)));
		given(this.branches.unmerged(any(TableName.class))).willReturn(NOTHING);
		given(this.branches.deleteTable(eq(busy), any())).willThrow(new CannotAcquireLockException("waited"));
		given(this.branches.deleteTable(eq(idle), any())).willReturn(true);
		assertThat(retention(DRAFTS).prune()).extracting(Decision::name).containsExactly("shop.draft_b");
	}

	@Test
	void keepsWhatCannotBeComparedAndGoesOn() {
		Branch odd = table("shop", "draft_a");
		Branch idle = table("shop", "draft_b");
		given(this.branches.ages()).willReturn(List.of(age(odd, 50), age(idle, 40)));
		given(this.branches.unmerged(odd.table())).willThrow(new QueryTimeoutException("took too long"));
		given(this.branches.unmerged(idle.table())).willReturn(NOTHING);
		assertThat(decisions(DRAFTS)).extracting(Decision::reason).containsExactly(Reason.UNMERGED, Reason.EXPIRED);
		assertThat(decisions(DRAFTS).get(0).explanation()).contains("took too long");
	}

	@Test
	void letsTheLongestPrefixDecideAndAnyPolicyProtect() {
		Branch branch = table("shop", "draft_long_a");
		given(this.branches.ages()).willReturn(List.of(age(branch, 40)));
		BranchRetentionPolicy longer = BranchRetentionPolicy.tables(SHOP, "draft_long_", Duration.ofDays(100))
			.warnBefore(Duration.ZERO);
		assertThat(decisions(DRAFTS, longer)).extracting(Decision::reason).containsExactly(Reason.YOUNG);
		assertThat(decisions(DRAFTS.protect("DRAFT_long_a"), longer)).extracting(Decision::reason)
			.containsExactly(Reason.PROTECTED);
	}

	@Test
	void goesByTheTimeToLiveOfANote() {
		Branch young = table("shop", "draft_a");
		Branch old = table("shop", "by_hand");
		Branch kept = table("shop", "draft_b");
		Branch near = table("shop", "draft_c");
		given(this.branches.ages()).willReturn(List.of(age(kept, 400), age(near, 400), age(young, 2), age(old, 1)));
		given(this.branches.unmerged(young.table())).willReturn(NOTHING);
		given(this.branches.unmerged(old.table())).willReturn(A_ROW);
		BranchNote note = BranchNote.of("ada", "prices");
		given(this.notes.all())
			.willReturn(Map.of(young, note.keepUntil(NOW.minusSeconds(1)), old, note.keepUntil(NOW.minusSeconds(1)),
					kept, note.keepUntil(NOW.plus(Duration.ofDays(2))), near, note.keepUntil(NOW.plusSeconds(1))));
		List<Decision> decisions = noted(DRAFTS).plan().decisions();
		assertThat(decisions).extracting(Decision::reason)
			.containsExactly(Reason.YOUNG, Reason.EXPIRING, Reason.EXPIRED, Reason.UNMERGED);
		assertThat(decisions).extracting(Decision::explanation)
			.allMatch((text) -> text.contains("(ada: prices)"))
			.satisfiesExactly((text) -> assertThat(text).contains("stays: it is kept until 2026-07-02T12:00:00Z"),
					(text) -> assertThat(text).contains("goes after 2026-06-30T12:00:01Z"),
					(text) -> assertThat(text).contains("goes: it is kept until 2026-06-30T11:59:59Z only"),
					(text) -> assertThat(text).contains("1 rows are not merged"));
		assertThat(noted(DRAFTS.protect("draft_a")).plan().decisions()).extracting(Decision::reason)
			.containsExactly(Reason.YOUNG, Reason.EXPIRING, Reason.PROTECTED, Reason.UNMERGED);
	}

	@Test
	void keepsABranchWhoseTimeWasProlongedMeanwhile() {
		Branch branch = table("shop", "draft_a");
		Branch withoutParent = new Branch(branch.table(), null, branch.branchedAt(), false, branch.id(),
				branch.parentId());
		given(this.branches.ages()).willReturn(List.of(age(branch, 400)));
		given(this.branches.unmerged(branch.table())).willReturn(NOTHING);
		given(this.branches.deleteTable(eq(branch), any()))
			.willAnswer((call) -> call.getArgument(1, BooleanSupplier.class).getAsBoolean());
		BranchNote note = BranchNote.of("ada", "prices");
		given(this.notes.all()).willReturn(Map.of(withoutParent, note.keepUntil(NOW.minusSeconds(1))))
			.willReturn(Map.of(branch, note.keepUntil(NOW.plusSeconds(1))));
		assertThat(noted(DRAFTS).prune()).isEmpty();
		given(this.notes.all()).willReturn(Map.of(branch, note.keepUntil(NOW.minusSeconds(1))))
			.willReturn(Map.of(branch, note));
		assertThat(noted(DRAFTS).prune()).isEmpty();
		given(this.notes.all()).willReturn(Map.of(branch, note.keepUntil(NOW.minusSeconds(1))));
		assertThat(noted(DRAFTS).prune()).hasSize(1);
	}

	@Test
	void refusesNotesForEver() {
		BranchNote note = BranchNote.of("ada", "prices");
		assertThat(note.keepUntil(Instant.parse("9999-12-31T23:59:59Z")).keepUntil()).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> note.keepUntil(Instant.MAX));
		assertThatIllegalArgumentException().isThrownBy(() -> BranchNote.of(" ", "prices"));
		assertThatIllegalArgumentException().isThrownBy(() -> BranchNote.of("x".repeat(201), "prices"));
	}

	@Test
	void leavesANoteWithoutATimeToThePolicies() {
		Branch draft = table("shop", "draft_a");
		Branch other = table("shop", "by_hand");
		given(this.branches.ages()).willReturn(List.of(age(draft, 400), age(other, 400)));
		given(this.branches.unmerged(draft.table())).willReturn(NOTHING);
		BranchNote note = BranchNote.of("ada", "prices");
		given(this.notes.all()).willReturn(Map.of(draft, note, other, note));
		assertThat(noted(DRAFTS).plan().decisions()).singleElement()
			.extracting(Decision::explanation)
			.asString()
			.contains("draft_a")
			.contains("(ada: prices) goes: it is older than PT720H");
	}

	@Test
	void isRefusedInATransaction() {
		TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> retention(DRAFTS).prune());
		}
		finally {
			TransactionSynchronizationManager.setActualTransactionActive(false);
		}
	}

	@Test
	void refusesPoliciesThatCannotBeMeant() {
		assertThatIllegalArgumentException().isThrownBy(() -> BranchRetentionPolicy.databases(" ", Duration.ofDays(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> BranchRetentionPolicy.databases("a", Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> DRAFTS.warnBefore(Duration.ofDays(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> retention(DRAFTS, DRAFTS.alsoUnmerged()));
		assertThat(retention(DRAFTS, BranchRetentionPolicy.databases("draft_", Duration.ofDays(1)))).isNotNull();
	}

	private List<Decision> decisions(BranchRetentionPolicy... policies) {
		return retention(policies).plan().decisions();
	}

	private BranchRetention noted(BranchRetentionPolicy... policies) {
		return new BranchRetention(this.branches, List.of(policies), Clock.fixed(NOW, ZoneOffset.UTC), this.notes);
	}

	private BranchRetention retention(BranchRetentionPolicy... policies) {
		return new BranchRetention(this.branches, List.of(policies), Clock.fixed(NOW, ZoneOffset.UTC));
	}

	private Branch table(String database, String name) {
		return new Branch(TableName.of(database, name), TableName.of("shop", "item"), NOW, false,
				String.valueOf(++this.ids), "1000");
	}

	private Branch ofDatabase(String database, String name) {
		return new Branch(TableName.of(database, name), TableName.of("shop", name), NOW, true,
				String.valueOf(++this.ids), "1000");
	}

	private static BranchAge age(Branch branch, int days) {
		return new BranchAge(branch, NOW.minus(Duration.ofDays(days)));
	}

}
