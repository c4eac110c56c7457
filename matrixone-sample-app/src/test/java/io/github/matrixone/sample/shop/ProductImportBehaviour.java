package io.github.matrixone.sample.shop;

import java.math.BigDecimal;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import io.github.matrixone.sample.shop.imports.InvalidPriceListException;
import io.github.matrixone.sample.shop.imports.ProductImport;
import io.github.matrixone.sample.shop.imports.ProductImportService;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.CloneTargetExistsException;
import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@link ProductImportService} does.
 */
abstract class ProductImportBehaviour extends ShopBehaviour {

	private static final String PRICE_LIST = """
			pencil,Pencil,1.35,100
			ruler,Ruler,2.40,30
			""";

	@Autowired
	private ProductImportService imports;

	@Autowired
	private CloneOperations clones;

	@Test
	void storesTheProductsAndKeepsTheTimeBefore() {
		ProductImport imported = this.imports.importPriceList("spring", PRICE_LIST);
		assertThat(imported).isEqualTo(new ProductImport(this.shop.snapshot("before_spring"),
				TableName.of(this.shop.name(), "product_before_spring"), 1, 1));
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
		assertThat(product("pencil").getStock()).isEqualTo(100);
		assertThat(product("ruler").getPrice()).isEqualByComparingTo("2.40");
		assertThat(priceOfPencil(imported.archive().quoted())).isEqualByComparingTo("1.20");
		assertThat(this.shop.count(imported.archive().quoted())).isEqualTo(2);
		String before = this.snapshots.tableAt(TableName.of("product"), imported.before());
		assertThat(priceOfPencil(before)).isEqualByComparingTo("1.20");
		assertThat(this.shop.count(before)).isEqualTo(2);
	}

	@Test
	void leavesNothingBehindWhenALineIsInvalid() {
		assertThatExceptionOfType(InvalidPriceListException.class)
			.isThrownBy(() -> this.imports.importPriceList("spring", PRICE_LIST + "stapler,Stapler,cheap,5"))
			.withMessage("Line 3: 'cheap' is not a price");
		leavesNothingBehind();
	}

	@Test
	void leavesNothingBehindWhenItsNameIsTaken() {
		this.imports.importPriceList("spring", PRICE_LIST);
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
			.isThrownBy(() -> this.imports.importPriceList("spring", "stapler,Stapler,9.90,5"));
		assertThat(this.products.findBySku("stapler")).isEmpty();
		assertThat(snapshotsOfShop()).containsExactly(this.shop.snapshot("before_spring"));
	}

	@Test
	void dropsItsSnapshotWhenTheCloneCannotBeMade() {
		this.clones.cloneTable(TableName.of("product"), TableName.of("product_before_spring"));
		assertThatExceptionOfType(CloneTargetExistsException.class)
			.isThrownBy(() -> this.imports.importPriceList("spring", PRICE_LIST));
		assertThat(snapshotsOfShop()).isEmpty();
		assertThat(this.products.findBySku("ruler")).isEmpty();
	}

	@Test
	void isUndoneWithTheTransactionThatItIsPartOf() {
		this.transaction.executeWithoutResult((status) -> {
			ProductImport imported = this.imports.importPriceList("spring", PRICE_LIST);
			assertThat(this.shop.count(imported.archive().quoted())).isEqualTo(2);
			assertThat(this.snapshots.exists(imported.before())).isTrue();
			assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.35");
			status.setRollbackOnly();
		});
		leavesNothingBehind();
	}

	@Test
	void isRefusedInATransactionThatHasWritten() {
		assertThatExceptionOfType(UncommittedChangesException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.products.save(new Product("stapler", "Stapler", BigDecimal.TEN, 5));
				this.imports.importPriceList("spring", PRICE_LIST);
			}))
			.withMessageContaining("this transaction has written");
		leavesNothingBehind();
	}

	@Test
	void refusesNamesThatTheServerWouldMisunderstand() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.imports.importPriceList("it's", PRICE_LIST))
			.withMessageContaining("must not contain quotes");
		assertThatIllegalArgumentException().isThrownBy(() -> this.imports.importPriceList("x".repeat(64), PRICE_LIST))
			.withMessageContaining("at most 64 characters");
		leavesNothingBehind();
	}

	@Test
	void forgetsTheTimeBefore() {
		this.imports.importPriceList("spring", PRICE_LIST);
		this.imports.forget("spring");
		this.imports.forget("spring");
		assertThat(tables()).containsExactly(TABLES);
		assertThat(snapshotsOfShop()).isEmpty();
		assertThat(this.products.count()).isEqualTo(3);
		this.imports.importPriceList("spring", PRICE_LIST);
		assertThat(tables()).contains("product_before_spring");
	}

	private void leavesNothingBehind() {
		assertThat(this.products.findAll()).extracting(Product::getSku).containsExactlyInAnyOrder("pencil", "notebook");
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		assertThat(tables()).containsExactly(TABLES);
		assertThat(snapshotsOfShop()).isEmpty();
	}

	private BigDecimal priceOfPencil(String table) {
		return this.jdbc.queryForObject("SELECT price FROM " + table + " WHERE sku = 'pencil'", BigDecimal.class);
	}

}
