package io.github.matrixone.sample.shop.imports;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Endpoints for imports of price lists.
 */
@RestController
@RequestMapping("/imports")
class ProductImportController {

	private final ProductImportService imports;

	ProductImportController(ProductImportService imports) {
		this.imports = imports;
	}

	@PostMapping(path = "/{name}", consumes = { "text/csv", MediaType.TEXT_PLAIN_VALUE })
	@ResponseStatus(HttpStatus.CREATED)
	ProductImport importPriceList(@PathVariable String name, @RequestBody String priceList) {
		return this.imports.importPriceList(name, priceList);
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void forget(@PathVariable String name) {
		this.imports.forget(name);
	}

}
