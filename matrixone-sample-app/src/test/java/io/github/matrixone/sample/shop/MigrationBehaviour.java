package io.github.matrixone.sample.shop;

import java.math.BigDecimal;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import io.github.matrixone.sample.shop.operations.Migration;
import io.github.matrixone.sample.shop.operations.MigrationService;
import io.github.matrixone.sample.shop.operations.ProductChange;
import io.github.matrixone.sample.shop.operations.ReportService;
import io.github.matrixone.sample.shop.order.OrderRequest;
import io.github.matrixone.sample.shop.order.OrderService;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.transaction.AfterCommit.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@link MigrationService} does.
 */
abstract class MigrationBehaviour extends ShopBehaviour {

	private static final BigDecimal TEN_PERCENT = BigDecimal.TEN;

	@Autowired
	private MigrationService migrations;

	@Autowired
	private ReportService reports;

	@Autowired
	private OrderService orders;

	@Test
	void takesASnapshotOnEitherSide() {
		Migration migration = this.migrations.raisePrices("vat", TEN_PERCENT);
		assertThat(migration.changed()).isEqualTo(2);
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.32");
		assertThat(this.reports.productsSince(migration.before())).extracting(ProductChange::priceBefore)
			.containsExactly(new BigDecimal("3.50"), new BigDecimal("1.20"));
		assertThat(this.reports.productsSince(migration.after().get().name())).extracting(ProductChange::priceBefore)
			.containsExactly(new BigDecimal("3.85"), new BigDecimal("1.32"));
	}

	@Test
	void takesTheSecondSnapshotAfterTheCommit() {
		Migration migration = this.transaction.execute((status) -> {
			Migration pending = this.migrations.raisePrices("vat", TEN_PERCENT);
			assertThat(pending.after().state()).isEqualTo(State.PENDING);
			assertThat(snapshotsOfShop()).containsExactly(pending.before());
			return pending;
		});
		assertThat(migration.after().state()).isEqualTo(State.DONE);
		assertThat(snapshotsOfShop()).containsExactly(migration.after().get().name(), migration.before());
	}

	@Test
	void leavesNothingBehindWhenItFails() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.migrations.raisePrices("vat", new BigDecimal("-200")))
			.withMessageContaining("would become -");
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		assertThat(product("notebook").getPrice()).isEqualByComparingTo("3.50");
		assertThat(snapshotsOfShop()).isEmpty();
	}

	@Test
	void putsTheShopBack() {
		this.migrations.raisePrices("vat", TEN_PERCENT);
		this.orders.place(new OrderRequest(this.customerId, List.of(new OrderRequest.Line("pencil", 1))));
		this.migrations.undo("vat");
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		assertThat(product("pencil").getStock()).isEqualTo(60);
		assertThat(this.orders.list()).isEmpty();
		this.orders.place(new OrderRequest(this.customerId, List.of(new OrderRequest.Line("pencil", 1))));
		assertThat(this.orders.list()).hasSize(1);
	}

	@Test
	void refusesToPutTheShopBackInATransaction() {
		this.migrations.raisePrices("vat", TEN_PERCENT);
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> this.migrations.undo("vat")));
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.32");
	}

	@Test
	void refusesToUndoWhatWasNeverDone() {
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> this.migrations.undo("vat"));
	}

}
