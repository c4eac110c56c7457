package io.github.matrixone.sample.shop.review;

import java.util.List;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Endpoints for reviews of prices. They need a MatrixOne server.
 */
@RestController
@RequestMapping("/price-reviews")
class PriceReviewController {

	private final PriceReviewService reviews;

	PriceReviewController(PriceReviewService reviews) {
		this.reviews = reviews;
	}

	@GetMapping
	List<String> list() {
		return this.reviews.list();
	}

	@PostMapping("/{name}")
	@ResponseStatus(HttpStatus.CREATED)
	PriceReview open(@PathVariable ReviewName name, @RequestParam(required = false) @Nullable ReviewName from) {
		if (from != null) {
			this.reviews.open(name, from);
		}
		else {
			this.reviews.open(name);
		}
		return this.reviews.look(name);
	}

	@GetMapping("/{name}")
	PriceReview look(@PathVariable ReviewName name) {
		return this.reviews.look(name);
	}

	@PutMapping("/{name}/products/{sku}")
	PriceReview propose(@PathVariable ReviewName name, @PathVariable String sku, @Valid @RequestBody NewPrice price) {
		this.reviews.propose(name, sku, price.price());
		return this.reviews.look(name);
	}

	@PostMapping("/{name}/publish")
	Publication publish(@PathVariable ReviewName name, @RequestParam String seen) {
		return this.reviews.publish(name, seen);
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void discard(@PathVariable ReviewName name) {
		this.reviews.discard(name);
	}

}
