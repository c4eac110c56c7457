package io.github.matrixone.spring.library;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.sql.TableName;

/**
 * Does a library's work and a clone in one transaction.
 */
final class Together {

	private final TransactionTemplate transaction;

	private final CloneOperations clones;

	Together(PlatformTransactionManager transactions, CloneOperations clones) {
		this.transaction = new TransactionTemplate(transactions);
		this.clones = clones;
	}

	/**
	 * Do the work, then clone a table, and commit.
	 */
	void commit(Runnable work, String source, String clone) {
		this.transaction.executeWithoutResult((status) -> run(work, source, clone));
	}

	/**
	 * Do the work, then clone a table, and roll back.
	 */
	void rollBack(Runnable work, String source, String clone) {
		this.transaction.executeWithoutResult((status) -> {
			run(work, source, clone);
			status.setRollbackOnly();
		});
	}

	private void run(Runnable work, String source, String clone) {
		work.run();
		this.clones.cloneTable(TableName.of(source), TableName.of(clone));
	}

}
