package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a transaction promises under each transaction manager.
 */
abstract class TransactionContract extends Contract {

	@Test
	void sendsNothingInAnEmptyTransaction() {
		this.transaction.executeWithoutResult((status) -> {
		});
		this.transaction.executeWithoutResult((status) -> status.setRollbackOnly());
		assertThat(this.sent.all()).isEmpty();
	}

	@Test
	void beginsWithTheFirstWriteAndSendsTwoStatementsMore() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.queryForObject("SELECT count(*) FROM item", Integer.class);
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
		});
		assertThat(this.sent.byTheApplication()).containsExactly("SELECT count(*) FROM item", "BEGIN",
				"INSERT INTO item VALUES (3, 'three', 30)", "COMMIT");
		this.sent.clear();
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("DELETE FROM item WHERE id = 3");
			status.setRollbackOnly();
		});
		assertThat(this.sent.byTheApplication()).containsExactly("BEGIN", "DELETE FROM item WHERE id = 3", "ROLLBACK");
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendsTheStatementsOfATransactionThatReadsAndNothingElse(boolean readOnly) {
		this.transaction.setReadOnly(readOnly);
		this.transaction.executeWithoutResult((status) -> {
			this.sql.queryForObject("SELECT count(*) FROM item", Integer.class);
			this.sql.queryForObject("SELECT max(id) FROM item", Integer.class);
		});
		assertThat(this.sent.byTheApplication()).containsExactly("SELECT count(*) FROM item",
				"SELECT max(id) FROM item");
	}

	@Test
	void beginsAReadOnlyTransactionForALockingRead() {
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult(
				(status) -> this.sql.queryForList("SELECT id FROM item WHERE id = 1 FOR UPDATE", Integer.class));
		assertThat(this.sent.byTheApplication()).containsExactly("BEGIN", "SELECT id FROM item WHERE id = 1 FOR UPDATE",
				"COMMIT");
	}

	@Test
	void rollsBackCloneAndRowsTogether() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			this.clones.cloneTable(ITEM, CLONE);
			this.snapshots.createAfterCommit(SNAPSHOT, SCOPE);
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void worksOnOneConnection() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.queryForObject("SELECT count(*) FROM item", Integer.class);
			this.clones.cloneTable(ITEM, CLONE);
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThat(this.sql.activeConnections()).isOne();
		});
	}

	@Test
	void keepsInnerTransactionsApart() {
		TransactionTemplate inner = transaction(transactionManager());
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.transaction.executeWithoutResult((outerStatus) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			inner.executeWithoutResult((status) -> {
				this.snapshots.create(SNAPSHOT, SCOPE);
				this.sql.update("INSERT INTO item VALUES (4, 'four', 40)");
				this.clones.cloneTable(ITEM, CLONE);
			});
			outerStatus.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two", "four");
		assertThat(names(CLONE)).containsExactly("one", "two", "four");
		assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
	}

	@Test
	void treatsASuspendedTransactionAsNone() {
		TransactionTemplate suspended = transaction(transactionManager());
		suspended.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		this.transaction.executeWithoutResult((outerStatus) -> {
			this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
			suspended.executeWithoutResult((status) -> {
				this.snapshots.create(SNAPSHOT, SCOPE);
				this.clones.cloneTable(ITEM, CLONE);
			});
			outerStatus.setRollbackOnly();
		});
		assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
		assertThat(names(CLONE)).containsExactly("one", "two");
	}

}
