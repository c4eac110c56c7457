package io.github.matrixone.sample.shop.demonstration;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.sample.shop.operations.ProductChange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link Demonstration} shows.
 */
@SpringBootTest
@AutoConfigureMockMvc
@ExtendWith(OutputCaptureExtension.class)
abstract class DemonstrationBehaviour {

	@Autowired
	private Demonstration demonstration;

	@Autowired
	private ShopDatabase shop;

	@Test
	void showsThatAFailedImportLeavesNothingAndASuccessfulOneAllOfIt() {
		DemonstrationReport report = this.demonstration.report();
		assertThat(report.before().tables()).containsExactly("customer", "order_line", "product", "purchase_order");
		assertThat(report.before().snapshots()).isEmpty();
		assertThat(report.failure()).isEqualTo("Line 4: 'cheap' is not a price");
		assertThat(report.afterFailure()).isEqualTo(report.before());
		assertThat(report.afterSuccess().tables()).contains("product_before_demonstration");
		assertThat(report.afterSuccess().snapshots())
			.containsExactly(this.shop.snapshot("before_demonstration").value());
		assertThat(report.archived()).isEqualTo(report.before().products());
		assertThat(report.changes()).filteredOn((change) -> change.sku().equals("pencil"))
			.singleElement()
			.satisfies((change) -> assertThat(change.priceNow().subtract(change.priceBefore()))
				.isEqualByComparingTo("0.10"));
	}

	@Test
	void isRepeatedAtEachStart(CapturedOutput output) {
		DemonstrationReport first = this.demonstration.report();
		this.demonstration.run(new DefaultApplicationArguments());
		DemonstrationReport second = this.demonstration.report();
		assertThat(second.before().tables()).isEqualTo(first.before().tables());
		assertThat(second.before().snapshots()).isEmpty();
		assertThat(second.before().products()).isEqualTo(first.afterSuccess().products());
		assertThat(second.afterFailure()).isEqualTo(second.before());
		assertThat(second.afterSuccess().snapshots()).isEqualTo(first.afterSuccess().snapshots());
		assertThat(prices(second.changes())).isEqualTo(second.changes().size());
		assertThat(output).contains("Before:                 " + second.before())
			.contains("Nothing is left of it:  " + second.before());
	}

	@Test
	void isShownAtHome(@Autowired MockMvcTester mvc) {
		assertThat(mvc.get().uri("/")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.demonstration.afterFailure.products")
			.isEqualTo((int) this.demonstration.report().before().products());
	}

	private static long prices(List<ProductChange> changes) {
		return changes.stream().filter((change) -> change.priceBefore() != null).count();
	}

}
