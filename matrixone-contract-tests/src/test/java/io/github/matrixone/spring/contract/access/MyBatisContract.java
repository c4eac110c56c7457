package io.github.matrixone.spring.contract.access;

import java.util.List;

import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DuplicateKeyException;

import io.github.matrixone.spring.contract.access.AccountMapper.NewAccount;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

abstract class MyBatisContract extends AccessContract {

	@Autowired
	AccountMapper mapper;

	@Autowired
	SqlSessionFactory sessions;

	@Autowired
	SnapshotOperations snapshots;

	@Override
	long insert(String name, int balance) {
		NewAccount account = new NewAccount(name, balance);
		this.mapper.insert(account);
		return account.getId();
	}

	@Override
	void insertBatch(List<String> names) {
		AccountMapper batch = batch();
		names.forEach((name) -> batch.insert(new NewAccount(name, 0)));
	}

	@Override
	void update(String name, int balance) {
		this.mapper.update(name, balance);
	}

	@Override
	int balance(String name) {
		return this.mapper.balance(name);
	}

	@Override
	int lock(String name) {
		return this.mapper.lock(name);
	}

	@Test
	void anUpdateThatABatchHoldsBackCountsAsAnUpdate() {
		this.work.run(() -> {
			batch().update("one", 11);
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(ACCOUNT, CLONE));
		});
		assertThat(balance("one")).isEqualTo(11);
	}

	@Test
	void anInsertThatABatchHoldsBackCountsAsAWrite() {
		this.work.run(() -> {
			batch().insert(new NewAccount("three", 30));
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.snapshots.create(SnapshotName.of("account_snapshot"), SnapshotScope.account()));
		});
		assertThat(names(ACCOUNT)).containsExactly("one", "three", "two");
	}

	@Test
	void anErrorOfABatchIsTranslatedWhenACommandSendsIt() {
		this.work.run(() -> {
			insertBatch(List.of("one"));
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> this.clones.cloneTable(ACCOUNT, CLONE));
		});
		assertThat(names(ACCOUNT)).containsExactly("one", "two");
		assertThat(hasClone()).isFalse();
	}

	private AccountMapper batch() {
		return new SqlSessionTemplate(this.sessions, ExecutorType.BATCH).getMapper(AccountMapper.class);
	}

}
