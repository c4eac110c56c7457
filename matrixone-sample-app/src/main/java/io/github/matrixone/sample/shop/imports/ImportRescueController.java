package io.github.matrixone.sample.shop.imports;

import java.util.Set;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Endpoints to look at a bad import, and to take it back. They need a MatrixOne server.
 */
@RestController
@RequestMapping("/imports/{name}")
class ImportRescueController {

	private final ImportRescueService rescue;

	ImportRescueController(ImportRescueService rescue) {
		this.rescue = rescue;
	}

	@GetMapping("/changes")
	ImportLook look(@PathVariable String name) {
		return this.rescue.look(name);
	}

	@PostMapping("/undo")
	Undone undo(@PathVariable String name, @RequestParam("sku") Set<String> skus) {
		return new Undone(this.rescue.undo(name, skus));
	}

	record Undone(int products) {

	}

}
