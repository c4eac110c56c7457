package io.github.matrixone.sample.shop.operations;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Endpoint for reports.
 */
@RestController
class ReportController {

	private final ReportService reports;

	ReportController(ReportService reports) {
		this.reports = reports;
	}

	@GetMapping("/reports/products")
	List<ProductChange> products(@RequestParam SnapshotName since) {
		return this.reports.productsSince(since);
	}

}
