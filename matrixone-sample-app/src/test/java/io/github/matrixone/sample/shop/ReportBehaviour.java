package io.github.matrixone.sample.shop;

import java.math.BigDecimal;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import io.github.matrixone.sample.shop.operations.ProductChange;
import io.github.matrixone.sample.shop.operations.ReportService;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link ReportService} does.
 */
abstract class ReportBehaviour extends ShopBehaviour {

	@Autowired
	private ReportService reports;

	@Test
	void comparesTheProductsOfTodayWithThoseOfASnapshot() {
		SnapshotName snapshot = this.shop.snapshot("monday");
		this.snapshots.create(snapshot, this.shop.scope());
		this.transaction.executeWithoutResult((status) -> {
			product("pencil").take(10);
			this.products.save(new Product("ruler", "Ruler", new BigDecimal("2.40"), 30));
		});
		assertThat(this.reports.productsSince(snapshot)).containsExactly(
				new ProductChange("notebook", new BigDecimal("3.50"), new BigDecimal("3.50"), 25, 25),
				new ProductChange("pencil", new BigDecimal("1.20"), new BigDecimal("1.20"), 60, 50),
				new ProductChange("ruler", null, new BigDecimal("2.40"), null, 30));
	}

	@Test
	void sawNothingOfATransactionThatWasOpen() {
		SnapshotName snapshot = this.shop.snapshot("monday");
		this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(snapshot, this.shop.scope());
			product("pencil").take(10);
			this.products.flush();
			assertThat(this.reports.productsSince(snapshot)).extracting(ProductChange::stockBefore)
				.containsExactly(25, 60);
			assertThat(this.reports.productsSince(snapshot)).extracting(ProductChange::stockNow)
				.containsExactly(25, 50);
		});
	}

	@Test
	void refusesAMissingSnapshot() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.reports.productsSince(this.shop.snapshot("monday")));
	}

}
