package io.github.matrixone.sample.shop.imports;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.sample.shop.NeedsServerException;
import io.github.matrixone.sample.shop.NotFoundException;
import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.past.ThenAndNow;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Takes back what a bad import has done, when that is found out later: only the products
 * that somebody has chosen, while the shop goes on. A restore would take the orders back
 * as well that have come in since.
 */
@Service
public class ImportRescueService {

	private static final TableName PRODUCT = TableName.of("product");

	private final ShopDatabase shop;

	private final ProductRepository products;

	private final SnapshotOperations snapshots;

	private final PastOperations past;

	private final BranchOperations branches;

	private final MatrixOneBackend backend;

	ImportRescueService(ShopDatabase shop, ProductRepository products, SnapshotOperations snapshots,
			PastOperations past, BranchOperations branches, MatrixOneBackend backend) {
		this.shop = shop;
		this.products = products;
		this.snapshots = snapshots;
		this.past = past;
		this.branches = branches;
		this.backend = backend;
	}

	/**
	 * Look at what has become of the products since an import. Not a transaction: the
	 * past is read in transactions of its own.
	 * @param name the name of the import
	 * @return the shop before it and now
	 */
	public ImportLook look(String name) {
		SnapshotName before = before(name);
		ThenAndNow<BigDecimal> worth = this.past.asOf(before).compareWithNow(this::worth);
		List<ImportedChange> changes = this.branches.diff(PRODUCT, AsOf.snapshot(before))
			.changes()
			.stream()
			.map(ImportedChange::of)
			.sorted(Comparator.comparing(ImportedChange::sku))
			.toList();
		return new ImportLook(worth, changes);
	}

	/**
	 * Make products what they were before an import. All of them or none, and nothing
	 * else.
	 * @param name the name of the import
	 * @param skus the products
	 * @return how many were taken back
	 * @throws NotFoundException if one of them is what it was
	 * @throws NotUndoneException if one of them was changed again since
	 */
	@Transactional
	public int undo(String name, Set<String> skus) {
		TableDiff diff = this.branches.diff(PRODUCT, AsOf.snapshot(before(name)));
		List<ImportedChange> chosen = diff.changes()
			.stream()
			.map(ImportedChange::of)
			.filter((change) -> skus.contains(change.sku()))
			.toList();
		requireAll(name, skus, chosen);
		try {
			// Fails if one of the rows is changed after the diff.
			MergeResult undone = this.branches.revert(diff, (row) -> skus.contains(ImportedChange.sku(row)));
			return undone.added() + undone.updated() + undone.removed();
		}
		catch (BranchConflictException ex) {
			throw NotUndoneException.moved();
		}
	}

	private static void requireAll(String name, Set<String> skus, List<ImportedChange> chosen) {
		Set<String> missing = new HashSet<>(skus);
		chosen.forEach((change) -> missing.remove(change.sku()));
		if (!missing.isEmpty()) {
			throw new NotFoundException("There is no change since the import " + name + " of " + missing);
		}
		List<String> again = chosen.stream().filter(ImportedChange::again).map(ImportedChange::sku).sorted().toList();
		if (!again.isEmpty()) {
			throw NotUndoneException.changedAgain(again);
		}
	}

	private BigDecimal worth() {
		return this.products.findAll()
			.stream()
			.map((Product product) -> product.getPrice().multiply(BigDecimal.valueOf(product.getStock())))
			.reduce(BigDecimal.ZERO, BigDecimal::add);
	}

	/**
	 * Whatever is done here begins with it, and the simulator has no past.
	 */
	private SnapshotName before(String name) {
		try {
			this.backend.requirePast();
			this.backend.requireBranches();
		}
		catch (UnsupportedByServerException ex) {
			throw new NeedsServerException(
					"The past of the shop, and rows taken back from it, are something that only a MatrixOne server has",
					ex);
		}
		return this.snapshots.get(this.shop.snapshot("before_" + name)).name();
	}

}
