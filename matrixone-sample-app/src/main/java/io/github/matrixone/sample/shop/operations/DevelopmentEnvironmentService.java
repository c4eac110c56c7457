package io.github.matrixone.sample.shop.operations;

import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.sample.shop.ShopDatabase;
import io.github.matrixone.sample.shop.customer.NewCustomer;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * Makes databases to develop with: all of the shop's data, none of its customers' names.
 */
@Service
public class DevelopmentEnvironmentService {

	private final ShopDatabase shop;

	private final SnapshotOperations snapshots;

	private final CloneOperations clones;

	private final JdbcTemplate jdbc;

	private final TransactionOperations transaction;

	DevelopmentEnvironmentService(ShopDatabase shop, SnapshotOperations snapshots, CloneOperations clones,
			JdbcTemplate jdbc, PlatformTransactionManager transactionManager) {
		this.shop = shop;
		this.snapshots = snapshots;
		this.clones = clones;
		this.jdbc = jdbc;
		this.transaction = new TransactionTemplate(transactionManager);
	}

	/**
	 * Clone the shop from a snapshot and add test customers, in one transaction, then
	 * anonymise the clone in another: a clone must not be updated in the transaction that
	 * has made it. Where that fails the clone is dropped, because it has the names in it.
	 * Give access to the environment only after that.
	 * @param name a name for the environment
	 * @param snapshot what to clone from
	 * @param testCustomers customers to develop with
	 * @return the environment
	 */
	@Transactional(propagation = Propagation.NEVER)
	public DevelopmentEnvironment create(String name, SnapshotName snapshot, List<NewCustomer> testCustomers) {
		DatabaseName database = this.shop.besides("dev_" + name);
		TableName customer = TableName.of(database, "customer");
		this.transaction.executeWithoutResult((status) -> {
			this.clones.cloneDatabase(this.shop.name(), database, snapshot);
			testCustomers.forEach((testCustomer) -> this.jdbc.update(
					"INSERT INTO " + customer.quoted() + " (name, email) VALUES (?, ?)", testCustomer.name(),
					testCustomer.email()));
		});
		try {
			return new DevelopmentEnvironment(database, anonymise(customer, snapshot), testCustomers.size());
		}
		catch (RuntimeException ex) {
			this.clones.dropDatabase(database);
			throw ex;
		}
	}

	private int anonymise(TableName customer, SnapshotName snapshot) {
		Long last = this.jdbc.queryForObject("SELECT coalesce(max(id), 0) FROM "
				+ this.snapshots.tableAt(TableName.of(this.shop.name(), "customer"), snapshot), Long.class);
		return this.jdbc.update("UPDATE " + customer.quoted()
				+ " SET name = concat('Customer ', id), email = concat('customer-', id, '@example.org') WHERE id <= ?",
				last);
	}

}
