package io.github.matrixone.sample.shop.operations;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Endpoint for backups.
 */
@RestController
class BackupController {

	private final BackupService backups;

	BackupController(BackupService backups) {
		this.backups = backups;
	}

	@PostMapping("/backups/{name}")
	@ResponseStatus(HttpStatus.CREATED)
	Backup backUp(@PathVariable String name) {
		return this.backups.backUp(name);
	}

}
