package io.github.matrixone.spring.restore;

import java.time.Instant;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RestoreTests {

	private static final SnapshotName NIGHTLY = SnapshotName.of("nightly");

	private static final AccountName TENANT = AccountName.of("tenant");

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final TableName ITEM = TableName.of("shop", "item");

	@ParameterizedTest
	@MethodSource
	void namesWhatIsRestored(Restore restore, String statement, String description) {
		assertThat(restore.statements()).singleElement().satisfies((sql) -> assertThat(sql.sql()).isEqualTo(statement));
		assertThat(restore.refusedInTransaction()).hasMessageStartingWith("Restoring " + description + " is refused");
	}

	static Stream<Arguments> namesWhatIsRestored() {
		return Stream.of(
				Arguments.arguments(Restore.cluster(NIGHTLY), "RESTORE CLUSTER {SNAPSHOT = 'nightly'}", "the cluster"),
				Arguments.arguments(Restore.account(TENANT, NIGHTLY), "RESTORE ACCOUNT `tenant` {SNAPSHOT = 'nightly'}",
						"account tenant"),
				Arguments.arguments(Restore.account(TENANT, NIGHTLY, AccountName.of("other")),
						"RESTORE ACCOUNT `tenant` {SNAPSHOT = 'nightly'} TO ACCOUNT `other`", "account tenant"),
				Arguments.arguments(Restore.database(SHOP, NIGHTLY), "RESTORE DATABASE `shop` {SNAPSHOT = 'nightly'}",
						"database shop"),
				Arguments.arguments(Restore.table(ITEM, NIGHTLY), "RESTORE TABLE `shop`.`item` {SNAPSHOT = 'nightly'}",
						"table shop.item"));
	}

	@ParameterizedTest
	@MethodSource
	void refusesASnapshotThatDoesNotHoldIt(Restore restore, Snapshot snapshot, String message) {
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> restore.requireHeldBy(snapshot))
			.withMessageStartingWith("Snapshot nightly " + message);
	}

	static Stream<Arguments> refusesASnapshotThatDoesNotHoldIt() {
		Restore account = Restore.account(TENANT, NIGHTLY);
		return Stream.of(
				Arguments.arguments(Restore.cluster(NIGHTLY), snapshot(SnapshotScope.account(TENANT), TENANT),
						"of level ACCOUNT does not hold the cluster"),
				Arguments.arguments(account, snapshot(SnapshotScope.account("other"), AccountName.of("other")),
						"of level ACCOUNT does not hold account tenant"),
				Arguments.arguments(account, snapshot(SnapshotScope.database(SHOP), TENANT),
						"of level DATABASE does not hold account tenant"),
				Arguments.arguments(Restore.database(SHOP, NIGHTLY), snapshot(SnapshotScope.table(ITEM), TENANT),
						"holds table shop.item, not database shop; the server would"),
				Arguments.arguments(Restore.table(ITEM, NIGHTLY), snapshot(SnapshotScope.database("other"), TENANT),
						"holds database other, not table shop.item; the server would"));
	}

	@Test
	void isMadeFromASnapshotThatHoldsIt() {
		Stream
			.of(Restore.cluster(NIGHTLY), Restore.account(TENANT, NIGHTLY), Restore.database(SHOP, NIGHTLY),
					Restore.table(ITEM, NIGHTLY))
			.forEach((restore) -> assertThatCode(
					() -> restore.requireHeldBy(snapshot(SnapshotScope.cluster(), AccountName.of("sys"))))
				.doesNotThrowAnyException());
		assertThatCode(() -> Restore.account(TENANT, NIGHTLY)
			.requireHeldBy(snapshot(SnapshotScope.account("TENANT"), AccountName.of("TENANT"))))
			.doesNotThrowAnyException();
	}

	private static Snapshot snapshot(SnapshotScope scope, AccountName account) {
		return new Snapshot(NIGHTLY, scope, Instant.EPOCH, account);
	}

}
