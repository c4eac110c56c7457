package io.github.matrixone.spring.contract.concurrency;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Writes one entry a transaction. Of the numbers each tenth fails at the end, each
 * fiftieth and the one before also clones the table and takes a snapshot before and
 * after, so that half of these fail.
 */
@Service
public class EntryService {

	static final DatabaseName DATABASE = DatabaseName.of("contract_virtual");

	static final TableName ENTRY = TableName.of(DATABASE, "entry");

	private final EntryRepository entries;

	private final JdbcTemplate jdbc;

	private final CloneOperations clones;

	private final SnapshotOperations snapshots;

	EntryService(EntryRepository entries, JdbcTemplate jdbc, CloneOperations clones, SnapshotOperations snapshots) {
		this.entries = entries;
		this.jdbc = jdbc;
		this.clones = clones;
		this.snapshots = snapshots;
	}

	static boolean fails(int number) {
		return number % 10 == 9;
	}

	static boolean usesCommands(int number) {
		return number % 50 == 0 || number % 50 == 49;
	}

	static TableName clone(int number) {
		return TableName.of(DATABASE, "entry_clone_" + number);
	}

	static SnapshotName before(int number) {
		return SnapshotName.of("contract_virtual_before_" + number);
	}

	static SnapshotName after(int number) {
		return SnapshotName.of("contract_virtual_after_" + number);
	}

	@Transactional
	public void add(int number) {
		if (usesCommands(number)) {
			this.snapshots.create(before(number), SnapshotScope.table(ENTRY));
			write(number);
			this.clones.cloneTable(ENTRY, clone(number));
			this.snapshots.createAfterCommit(after(number), SnapshotScope.table(ENTRY));
		}
		else {
			write(number);
		}
		if (fails(number)) {
			throw new FailedOnPurposeException();
		}
	}

	private void write(int number) {
		if (number % 3 == 0) {
			this.jdbc.update("INSERT INTO entry VALUES (?, 'jdbc')", number);
		}
		else {
			this.entries.save(new Entry(number, "repository"));
		}
	}

	static class FailedOnPurposeException extends RuntimeException {

	}

}
