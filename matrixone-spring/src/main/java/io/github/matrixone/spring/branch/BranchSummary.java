package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.sql.TableName;

/**
 * Figures of all branches of an account.
 *
 * @param tables how many branches of single tables there are
 * @param databases how many branches of databases there are
 * @param withoutParent how many tables of both have a parent that is gone, so that they
 * can only be read, cloned or deleted
 * @param oldest a table of the oldest branch, or {@code null} if there are no branches
 * @param oldestMadeAt when the oldest branch was made, or {@code null}
 * @since 0.1
 */
public record BranchSummary(int tables, int databases, int withoutParent, @Nullable TableName oldest,
		@Nullable Instant oldestMadeAt) {

	/**
	 * Return how many branches there are.
	 * @return the number of branches of tables and of databases
	 */
	public int count() {
		return this.tables + this.databases;
	}

	static BranchSummary of(Collection<BranchAge> ages) {
		int tables = (int) ages.stream().filter((age) -> !age.branch().ofDatabase()).count();
		int databases = (int) ages.stream()
			.map(BranchAge::branch)
			.filter(Branch::ofDatabase)
			.map((branch) -> branch.table().database())
			.distinct()
			.count();
		int withoutParent = (int) ages.stream().filter((age) -> age.branch().parent() == null).count();
		Optional<BranchAge> oldest = ages.stream().min(Comparator.comparing(BranchAge::madeAt));
		return new BranchSummary(tables, databases, withoutParent,
				oldest.map((age) -> age.branch().table()).orElse(null), oldest.map(BranchAge::madeAt).orElse(null));
	}

}
