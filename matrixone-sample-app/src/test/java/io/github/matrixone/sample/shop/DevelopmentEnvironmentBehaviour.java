package io.github.matrixone.sample.shop;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.IllegalTransactionStateException;

import io.github.matrixone.sample.shop.customer.NewCustomer;
import io.github.matrixone.sample.shop.operations.DevelopmentEnvironment;
import io.github.matrixone.sample.shop.operations.DevelopmentEnvironmentService;
import io.github.matrixone.spring.dao.SnapshotNotFoundException;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link DevelopmentEnvironmentService} does.
 */
abstract class DevelopmentEnvironmentBehaviour extends ShopBehaviour {

	private static final NewCustomer TESTER = new NewCustomer("Tester", "tester@example.org");

	@Autowired
	private DevelopmentEnvironmentService environments;

	private SnapshotName snapshot;

	@BeforeEach
	void takeSnapshot() {
		this.snapshot = this.shop.snapshot("release");
		this.snapshots.create(this.snapshot, this.shop.scope());
	}

	@Test
	void holdsTheShopOfTheSnapshotWithoutItsCustomersNames() {
		this.jdbc.update("DELETE FROM product");
		DevelopmentEnvironment environment = this.environments.create("one", this.snapshot, List.of(TESTER));
		assertThat(environment).isEqualTo(new DevelopmentEnvironment(this.shop.besides("dev_one"), 1, 1));
		assertThat(this.shop.count(TableName.of(environment.database(), "product").quoted())).isEqualTo(2);
		assertThat(names(TableName.of(environment.database(), "customer")))
			.containsExactly("Customer " + this.customerId, "Tester");
		assertThat(names(TableName.of("customer"))).containsExactly("Ada Lovelace");
	}

	@Test
	void leavesNothingBehindWhenATestCustomerCannotBeAdded() {
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.environments.create("one", this.snapshot, List.of(TESTER, TESTER)));
		assertThat(databasesBeside()).isEmpty();
		assertThat(names(TableName.of("customer"))).containsExactly("Ada Lovelace");
		this.environments.create("one", this.snapshot, List.of(TESTER));
		assertThat(databasesBeside()).containsExactly(this.shop.besides("dev_one"));
	}

	@Test
	void leavesNothingBehindWhenTheNamesCannotBeRemoved() {
		NewCustomer inTheWay = new NewCustomer("Tester", "customer-" + this.customerId + "@example.org");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.environments.create("one", this.snapshot, List.of(inTheWay)));
		assertThat(databasesBeside()).isEmpty();
	}

	@Test
	void isRefusedInATransaction() {
		assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> this.transaction
			.executeWithoutResult((status) -> this.environments.create("one", this.snapshot, List.of())));
		assertThat(databasesBeside()).isEmpty();
	}

	@Test
	void refusesASnapshotThatIsMissingOrDoesNotHoldTheShop() {
		assertThatExceptionOfType(SnapshotNotFoundException.class)
			.isThrownBy(() -> this.environments.create("one", this.shop.snapshot("missing"), List.of()));
		SnapshotName ofTable = this.shop.snapshot("of_table");
		this.snapshots.create(ofTable, SnapshotScope.table(TableName.of("product")));
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.environments.create("one", ofTable, List.of()));
		assertThat(databasesBeside()).isEmpty();
	}

	private List<String> names(TableName customer) {
		return this.jdbc.queryForList("SELECT name FROM " + customer.quoted() + " ORDER BY id", String.class);
	}

}
