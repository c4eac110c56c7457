package io.github.matrixone.spring.contract.access;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

abstract class DataJdbcContract extends AccessContract {

	@Autowired
	AccountRepository accounts;

	@Override
	long insert(String name, int balance) {
		return this.accounts.save(new Account(null, name, balance)).id();
	}

	@Override
	void insertBatch(List<String> names) {
		this.accounts.saveAll(names.stream().map((name) -> new Account(null, name, 0)).toList());
	}

	@Override
	void update(String name, int balance) {
		this.accounts.setBalance(name, balance);
	}

	@Override
	int balance(String name) {
		return this.accounts.findByName(name).orElseThrow().balance();
	}

	@Override
	int lock(String name) {
		return this.accounts.findWithLockByName(name).orElseThrow().balance();
	}

	@Test
	void savesChangedAggregates() {
		this.work.run(() -> {
			Account one = this.accounts.findByName("one").orElseThrow();
			this.accounts.save(new Account(one.id(), "one", 11));
			assertThat(balance("one")).isEqualTo(11);
			this.accounts.deleteById(one.id());
		});
		assertThat(names(ACCOUNT)).containsExactly("two");
	}

}
