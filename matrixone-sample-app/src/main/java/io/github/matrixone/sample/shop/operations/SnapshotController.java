package io.github.matrixone.sample.shop.operations;

import java.time.Instant;
import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.github.matrixone.sample.shop.NotFoundException;
import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotLevel;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Endpoints for the shop's snapshots. Others of the same account are none of its
 * business.
 */
@RestController
@RequestMapping("/snapshots")
class SnapshotController {

	private final ShopDatabase shop;

	private final SnapshotOperations snapshots;

	SnapshotController(ShopDatabase shop, SnapshotOperations snapshots) {
		this.shop = shop;
		this.snapshots = snapshots;
	}

	@GetMapping
	List<View> list() {
		return ofShop().stream().map(View::of).toList();
	}

	@PostMapping("/{name}")
	@ResponseStatus(HttpStatus.CREATED)
	View create(@PathVariable SnapshotName name) {
		return View.of(this.snapshots.create(name, this.shop.scope()));
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void drop(@PathVariable SnapshotName name) {
		if (ofShop().stream().noneMatch((snapshot) -> snapshot.name().equals(name))) {
			throw new NotFoundException("The shop has no snapshot " + name);
		}
		this.snapshots.drop(name);
	}

	private List<Snapshot> ofShop() {
		return this.snapshots.list(SnapshotFilter.all().database(this.shop.name()));
	}

	record View(SnapshotName name, SnapshotLevel level, Instant createdAt) {

		static View of(Snapshot snapshot) {
			return new View(snapshot.name(), snapshot.level(), snapshot.createdAt());
		}

	}

}
