package io.github.matrixone.sample.shop.operations;

import java.math.BigDecimal;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Endpoints for migrations of data.
 */
@RestController
@RequestMapping("/migrations/{name}")
class MigrationController {

	private final MigrationService migrations;

	MigrationController(MigrationService migrations) {
		this.migrations = migrations;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	View raisePrices(@PathVariable String name, @RequestParam BigDecimal percent) {
		Migration migration = this.migrations.raisePrices(name, percent);
		return new View(migration.before(), migration.after().get().name(), migration.changed());
	}

	@PostMapping("/undo")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void undo(@PathVariable String name) {
		this.migrations.undo(name);
	}

	record View(SnapshotName before, SnapshotName after, int changed) {

	}

}
