package io.github.matrixone.spring.contract.access;

import java.util.Optional;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.ListCrudRepository;

interface AccountRepository extends ListCrudRepository<Account, Long> {

	Optional<Account> findByName(String name);

	@Lock(LockMode.PESSIMISTIC_WRITE)
	Optional<Account> findWithLockByName(String name);

	@Modifying
	@Query("UPDATE account SET balance = :balance WHERE name = :name")
	void setBalance(String name, int balance);

}
