package io.github.matrixone.spring.contract.reactive.boot;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.r2dbc.test.autoconfigure.DataR2dbcTest;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.Account;

import static org.assertj.core.api.Assertions.assertThat;

@DataR2dbcTest
class DataR2dbcSliceTests extends ReactiveContract {

	@Autowired
	private ReactiveCloneOperations clones;

	@Test
	void containsTheOperations(@Autowired ReactiveTransactionManager transactionManager) {
		TransactionalOperator transaction = TransactionalOperator.create(transactionManager);
		transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.accounts.save(Account.of("Ada"))
				.then(this.clones.cloneTable(ReactiveApplication.ACCOUNT, ReactiveApplication.CLONE));
		}).blockLast();
		assertThat(this.accounts.count().block()).isZero();
		assertThat(exists(ReactiveApplication.CLONE)).isFalse();
		this.clones.cloneTable(ReactiveApplication.ACCOUNT, ReactiveApplication.CLONE).block();
		assertThat(exists(ReactiveApplication.CLONE)).isTrue();
	}

}
