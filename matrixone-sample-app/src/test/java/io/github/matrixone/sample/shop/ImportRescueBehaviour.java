package io.github.matrixone.sample.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import io.github.matrixone.sample.shop.imports.ImportLook;
import io.github.matrixone.sample.shop.imports.ImportRescueService;
import io.github.matrixone.sample.shop.imports.ImportedChange;
import io.github.matrixone.sample.shop.imports.NotUndoneException;
import io.github.matrixone.sample.shop.imports.ProductImportService;
import io.github.matrixone.sample.shop.order.OrderRequest;
import io.github.matrixone.sample.shop.order.OrderService;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link ImportRescueService} does on a server: a list with the prices of another
 * currency was imported, and orders have come in since.
 */
abstract class ImportRescueBehaviour extends ShopBehaviour {

	@Autowired
	private ProductImportService imports;

	@Autowired
	private ImportRescueService rescue;

	@Autowired
	private OrderService orders;

	@Autowired
	private MockMvcTester mvc;

	@BeforeEach
	void importBadly() {
		this.products.save(new Product("eraser", "Eraser", new BigDecimal("0.90"), 10));
		this.imports.importPriceList("bad", "pencil,Pencil,120.00,60\nruler,Ruler,240.00,30\neraser,Eraser,90.00,10\n");
		sell("notebook");
	}

	@Test
	void looksAtTheShopBeforeAndNow() {
		ImportLook look = this.rescue.look("bad");
		assertThat(look.worth().then()).isEqualByComparingTo("168.50");
		assertThat(look.worth().now()).isEqualByComparingTo("15384.00");
		assertThat(look.changes()).containsExactly(change("eraser", "0.90", "90.00", 10, 10),
				change("notebook", "3.50", "3.50", 25, 24), change("pencil", "1.20", "120.00", 60, 60),
				change("ruler", null, "240.00", null, 30));
	}

	@Test
	void takesBackWhatIsChosenAndNothingElse() {
		assertThat(this.rescue.undo("bad", Set.of("pencil", "ruler"))).isEqualTo(2);
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		assertThat(this.products.findBySku("ruler")).isEmpty();
		assertThat(product("eraser").getPrice()).isEqualByComparingTo("90.00");
		assertThat(product("notebook").getStock()).isEqualTo(24);
		assertThat(this.rescue.look("bad").changes()).extracting(ImportedChange::sku)
			.containsExactly("eraser", "notebook");
		sell("pencil");
		assertThat(product("pencil").getStock()).isEqualTo(59);
	}

	@Test
	void refusesWhatWasSoldSince() {
		sell("pencil");
		assertThat(this.rescue.look("bad").changes()).filteredOn(ImportedChange::again)
			.extracting(ImportedChange::sku)
			.containsExactly("pencil");
		assertThatExceptionOfType(NotUndoneException.class)
			.isThrownBy(() -> this.rescue.undo("bad", Set.of("pencil", "eraser")))
			.withMessageContaining("something else has changed pencil");
		assertThat(product("eraser").getPrice()).isEqualByComparingTo("90.00");
		assertThat(product("pencil").getStock()).isEqualTo(59);
		assertThat(this.rescue.undo("bad", Set.of("eraser"))).isOne();
		assertThat(product("eraser").getPrice()).isEqualByComparingTo("0.90");
	}

	@Test
	void isUndoneWithItsTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.rescue.undo("bad", Set.of("pencil"))).isOne();
			status.setRollbackOnly();
		});
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("120.00");
	}

	@Test
	void needsTheSnapshotOfTheImport() {
		assertThatExceptionOfType(SnapshotNotFoundException.class).isThrownBy(() -> this.rescue.look("other"));
		this.imports.forget("bad");
		assertThat(send(HttpMethod.GET, "/imports/bad/changes"))
			.satisfies((result) -> problem(result, HttpStatus.NOT_FOUND, "Snapshot not found"));
	}

	@Test
	void isThereForClients() {
		assertThat(send(HttpMethod.GET, "/imports/bad/changes")).hasStatusOk()
			.bodyJson()
			.hasPathSatisfying("$.worth.then", (then) -> assertThat(then).isEqualTo(168.50))
			.hasPathSatisfying("$.changes[2].sku", (sku) -> assertThat(sku).isEqualTo("pencil"));
		sell("pencil");
		assertThat(send(HttpMethod.POST, "/imports/bad/undo?sku=pencil"))
			.satisfies((result) -> problem(result, HttpStatus.CONFLICT, "Not undone"));
		assertThat(send(HttpMethod.POST, "/imports/bad/undo?sku=stapler"))
			.satisfies((result) -> problem(result, HttpStatus.NOT_FOUND, "Not found"));
		assertThat(send(HttpMethod.POST, "/imports/bad/undo"))
			.satisfies((result) -> problem(result, HttpStatus.BAD_REQUEST, "Bad Request"));
		assertThat(send(HttpMethod.POST, "/imports/bad/undo?sku=ruler&sku=eraser")).hasStatusOk()
			.bodyJson()
			.isEqualTo("{\"products\": 2}");
	}

	private void sell(String sku) {
		this.orders.place(new OrderRequest(this.customerId, List.of(new OrderRequest.Line(sku, 1))));
	}

	private MvcTestResult send(HttpMethod method, String uri) {
		return this.mvc.method(method).uri(uri).exchange();
	}

	private static void problem(MvcTestResult result, HttpStatus status, String title) {
		assertThat(result).hasStatus(status)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.extractingPath("$.title")
			.isEqualTo(title);
	}

	private static ImportedChange change(String sku, String before, String now, Integer stockBefore, Integer stockNow) {
		return new ImportedChange(sku, (before != null) ? new BigDecimal(before) : null, new BigDecimal(now),
				stockBefore, stockNow, false);
	}

}
