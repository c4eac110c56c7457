package io.github.matrixone.spring.branch;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.command.SqlText;

/**
 * Query for the ages of branches. {@code unix_timestamp} gives the same in each time zone
 * of a session.
 */
final class BranchAgeQuery {

	static final SqlText ALL = SqlText
		.of("SELECT rel_id, unix_timestamp(created_time) AS made_at FROM mo_catalog.mo_tables "
				+ "WHERE account_id = current_account_id() "
				+ "AND rel_id IN (SELECT table_id FROM mo_catalog.mo_branch_metadata)");

	private BranchAgeQuery() {
	}

	/**
	 * Read the answer to {@link #ALL}. A branch that was made or deleted meanwhile is
	 * left out.
	 * @param branches the branches
	 * @param rows the answer
	 */
	static List<BranchAge> read(List<Branch> branches, Rows rows) {
		Map<String, Instant> madeAt = new HashMap<>();
		for (int row = 0; row < rows.values().size(); row++) {
			madeAt.put(Objects.requireNonNull(rows.get(row, "rel_id")), Instant
				.ofEpochSecond(new BigDecimal(Objects.requireNonNull(rows.get(row, "made_at"))).longValue()));
		}
		return branches.stream()
			.filter((branch) -> madeAt.containsKey(branch.id()))
			.map((branch) -> new BranchAge(branch, Objects.requireNonNull(madeAt.get(branch.id()))))
			.toList();
	}

}
