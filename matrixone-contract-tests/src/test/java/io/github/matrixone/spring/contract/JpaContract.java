package io.github.matrixone.spring.contract;

import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.contract.item.ItemRepository;
import io.github.matrixone.spring.dao.UncommittedChangesException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the operations promise together with JPA, which holds changes back.
 */
abstract class JpaContract extends Contract {

	@Autowired
	private ItemRepository repository;

	@Autowired
	private EntityManager entityManager;

	@Test
	void takesASnapshotInWhatFollowsACommit() {
		for (TransactionTemplate work : new TransactionTemplate[] { this.transaction,
				transaction(this.sqlTransactionManager) }) {
			work.executeWithoutResult((status) -> {
				this.sql.update("INSERT INTO item VALUES (3, 'three', 30)");
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						JpaContract.this.snapshots.create(SNAPSHOT, SCOPE);
					}

				});
			});
			assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two", "three");
			this.snapshots.drop(SNAPSHOT);
			this.sql.update("DELETE FROM item WHERE id = 3");
		}
	}

	@Test
	void readsAtASnapshotThroughANativeQueryOfJpa() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.sql.update("UPDATE item SET name = 'changed' WHERE id = 1");
		Object name = this.transaction.execute((status) -> this.entityManager
			.createNativeQuery("SELECT i.name FROM " + this.snapshots.tableAt(ITEM, SNAPSHOT) + " i WHERE i.id = :id")
			.setParameter("id", 1)
			.getSingleResult());
		assertThat(name).isEqualTo("one");
	}

	@Test
	void translatesAnErrorOfTheChangesThatJpaHasNotSentYet() {
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.items.save(new Item(1, "again", 0));
				this.clones.cloneTable(ITEM, CLONE);
			}));
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables()).doesNotContain("ct_clone");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendsWhatJpaHoldsBackAlsoWithinATransactionOfAnotherManager(boolean readOnly) {
		TransactionTemplate another = new TransactionTemplate(new AnotherTransactionManager());
		another.setReadOnly(readOnly);
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			another.executeWithoutResult((inner) -> {
				this.clones.cloneTable(ITEM, CLONE);
				assertThatExceptionOfType(UncommittedChangesException.class)
					.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE));
			});
		});
		assertThat(names(CLONE)).containsExactly("one", "two", "three");
	}

	@Test
	void refusesALiveCloneAfterAChangeThatJpaHasNotSentYet() {
		this.transaction.executeWithoutResult((status) -> {
			this.repository.findById(1).orElseThrow().setName("changed");
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE));
		});
		assertThat(names(ITEM)).containsExactly("changed", "two");
	}

	@Test
	void readsRestoredRowsThroughJpa() {
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.transaction.executeWithoutResult((status) -> this.repository.findById(1).orElseThrow().setName("changed"));
		this.restores.restoreDatabase(DATABASE, SNAPSHOT);
		assertThat(this.repository.findById(1)).get().extracting(Item::getName).isEqualTo("one");
	}

	@Test
	void runsNativeSqlWithParametersInTheSameTransaction() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.save(new Item(3, "three", 30));
			this.entityManager.createNativeQuery("UPDATE item SET quantity = :quantity WHERE id = :id")
				.setParameter("quantity", 31)
				.setParameter("id", 3)
				.executeUpdate();
			assertThat(this.sql.queryForObject("SELECT quantity FROM item WHERE id = ?", Integer.class, 3))
				.isEqualTo(31);
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

}
