package io.github.matrixone.sample.shop.operations;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Compares the shop of today with that of a snapshot.
 */
@Service
public class ReportService {

	private static final TableName PRODUCT = TableName.of("product");

	private final SnapshotOperations snapshots;

	private final JdbcClient jdbc;

	ReportService(SnapshotOperations snapshots, JdbcClient jdbc) {
		this.snapshots = snapshots;
		this.jdbc = jdbc;
	}

	/**
	 * Compare price and stock of each product, in one query over both points in time.
	 * @param snapshot the earlier point in time
	 * @return price and stock of each product at both points in time
	 */
	@Transactional(readOnly = true)
	public List<ProductChange> productsSince(SnapshotName snapshot) {
		return this.jdbc.sql("""
				SELECT today.sku, earlier.price AS price_before, today.price AS price_now,
				       earlier.stock AS stock_before, today.stock AS stock_now
				FROM product today LEFT JOIN %s earlier ON earlier.sku = today.sku
				ORDER BY today.sku""".formatted(this.snapshots.tableAt(PRODUCT, snapshot)))
			.query(ProductChange.class)
			.list();
	}

}
