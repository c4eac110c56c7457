package io.github.matrixone.spring.contract.branch;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.Assert;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.RowChange.Kind;
import io.github.matrixone.spring.branch.TableChange;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The samples of the guide's scenarios with branches, word by word.
 */
public class BranchScenarios {

	static final DatabaseName SHOP = DatabaseName.of("ct_scenarios");

	static final SnapshotScope SCOPE = SnapshotScope.database(SHOP);

	static final TableName PRODUCT = TableName.of("product");

	static final TableName IMAGE = TableName.of("image");

	private final BranchOperations branches;

	private final SnapshotOperations snapshots;

	private final JdbcTemplate jdbc;

	BranchScenarios(BranchOperations branches, SnapshotOperations snapshots, JdbcTemplate jdbc) {
		this.branches = branches;
		this.snapshots = snapshots;
		this.jdbc = jdbc;
	}

	public MergeResult rescue(Instant before) {
		TableDiff changed = this.branches.diff(PRODUCT, AsOf.instant(before));
		return this.branches.revert(changed, (row) -> isDamaged(row));
	}

	private static boolean isDamaged(TableChange row) {
		return row.kind() == Kind.UPDATED && ((BigDecimal) row.after().get("price")).signum() == 0;
	}

	@Transactional
	public void rescuePrices(Instant before) {
		for (TableChange row : this.branches.diff(PRODUCT, AsOf.instant(before)).changes()) {
			if (isDamaged(row)) {
				this.jdbc.update("UPDATE product SET price = ? WHERE id = ? AND price = 0", row.before().get("price"),
						row.key().get("id"));
			}
		}
	}

	public DatabaseName openWorkspace(String engineer) {
		DatabaseName workspace = DatabaseName.of(SHOP + "_" + engineer);
		this.branches.createDatabase(SHOP, workspace);
		return workspace;
	}

	public DatabaseDiff look(DatabaseName workspace) {
		return this.branches.diff(workspace);
	}

	@Transactional
	public List<MergeResult> bringBack(DatabaseDiff reviewed) {
		List<MergeResult> merged = this.branches.merge(reviewed); // all tables or none
		this.branches.deleteDatabase(reviewed.branch()); // after the commit
		return merged;
	}

	public void load(TableName draft, List<Object[]> delivery) {
		this.branches.createTable(PRODUCT, draft);
		this.jdbc.batchUpdate("INSERT INTO " + draft.quoted() + " VALUES (?, ?, ?, ?)", delivery);
		audit(draft);
	}

	@Transactional
	public MergeResult publish(TableName draft) {
		MergeResult merged = this.branches.merge(draft); // fails on conflicts
		audit(PRODUCT); // an exception takes the merge back
		this.branches.deleteTable(draft); // after the commit
		return merged;
	}

	private void audit(TableName products) {
		int doubled = this.jdbc.queryForObject("SELECT count(*) - count(DISTINCT name) FROM " + products.quoted(),
				Integer.class);
		Assert.state(doubled == 0, () -> doubled + " products have the name of another one");
	}

	public Snapshot release(String version) {
		return this.snapshots.create(nameOf(version), SCOPE);
	}

	public void branchOff(String version, TableName experiment) {
		this.branches.createTable(IMAGE, experiment, AsOf.snapshot(nameOf(version)));
	}

	public TableDiff changesSince(String version) {
		return this.branches.diff(IMAGE, AsOf.snapshot(nameOf(version)));
	}

	private static SnapshotName nameOf(String version) {
		return SnapshotName.of(SHOP + "_" + version);
	}

}
