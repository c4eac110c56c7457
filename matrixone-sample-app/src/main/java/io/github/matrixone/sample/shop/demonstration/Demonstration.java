package io.github.matrixone.sample.shop.demonstration;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.sample.shop.imports.InvalidPriceListException;
import io.github.matrixone.sample.shop.imports.ProductImport;
import io.github.matrixone.sample.shop.imports.ProductImportService;
import io.github.matrixone.sample.shop.operations.ProductChange;
import io.github.matrixone.sample.shop.operations.ReportService;
import io.github.matrixone.sample.shop.product.Product;
import io.github.matrixone.sample.shop.product.ProductRepository;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.TableName;

/**
 * Shows at start-up what this is about: an import that fails leaves neither rows nor a
 * clone nor a snapshot behind, and one that succeeds leaves all three.
 */
@Component
@ConditionalOnBooleanProperty(name = "shop.demonstration.enabled", matchIfMissing = true)
class Demonstration implements ApplicationRunner {

	private static final Log logger = LogFactory.getLog(Demonstration.class);

	private static final String NAME = "demonstration";

	private static final BigDecimal RISE = new BigDecimal("0.10");

	private final ShopDatabase shop;

	private final ProductRepository products;

	private final ProductImportService imports;

	private final ReportService reports;

	private final SnapshotOperations snapshots;

	private volatile @Nullable DemonstrationReport report;

	Demonstration(ShopDatabase shop, ProductRepository products, ProductImportService imports, ReportService reports,
			SnapshotOperations snapshots) {
		this.shop = shop;
		this.products = products;
		this.imports = imports;
		this.reports = reports;
		this.snapshots = snapshots;
	}

	@Nullable DemonstrationReport report() {
		return this.report;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		this.imports.forget(NAME);
		String priceList = priceList();
		ShopState before = state();
		String failure = importFails(priceList + "\nruler,Ruler,cheap,40");
		ShopState afterFailure = state();
		ProductImport imported = this.imports.importPriceList(NAME, priceList);
		DemonstrationReport report = new DemonstrationReport(before, failure, afterFailure, imported, state(),
				this.shop.count(imported.archive().quoted()), this.reports.productsSince(imported.before()));
		log(report);
		this.report = report;
	}

	private String importFails(String priceList) {
		try {
			this.imports.importPriceList(NAME, priceList);
		}
		catch (InvalidPriceListException ex) {
			return String.valueOf(ex.getMessage());
		}
		throw new IllegalStateException("The import of a broken price list must fail");
	}

	private String priceList() {
		return Stream.of("notebook", "pencil", "sketchbook")
			.map((sku) -> sku + "," + StringUtils.capitalize(sku) + "," + nextPrice(sku) + ",100")
			.collect(Collectors.joining("\n"));
	}

	private BigDecimal nextPrice(String sku) {
		return this.products.findBySku(sku).map(Product::getPrice).orElse(BigDecimal.ONE).add(RISE);
	}

	private ShopState state() {
		return new ShopState(this.products.count(), this.shop.tables().stream().map(TableName::name).toList(),
				this.snapshots.list(SnapshotFilter.all().database(this.shop.name()))
					.stream()
					.map((snapshot) -> snapshot.name().value())
					.toList());
	}

	private static void log(DemonstrationReport report) {
		logger.info("Before:                 " + report.before());
		logger.info("An import fails:        " + report.failure() + ", after a snapshot, a clone and three rows");
		logger.info("Nothing is left of it:  " + report.afterFailure());
		logger.info("An import succeeds:     " + report.afterSuccess());
		logger.info("The clone it has made:  " + report.imported().archive() + " with the " + report.archived()
				+ " products of before");
		logger.info("Prices at its snapshot: " + prices(report.changes()));
	}

	private static String prices(List<ProductChange> changes) {
		return changes.stream()
			.map((change) -> change.sku() + " " + ((change.priceBefore() != null) ? change.priceBefore() : "none")
					+ " (now " + change.priceNow() + ")")
			.collect(Collectors.joining(", "));
	}

}
