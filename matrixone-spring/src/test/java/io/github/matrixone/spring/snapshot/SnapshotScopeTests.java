package io.github.matrixone.spring.snapshot;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SnapshotScopeTests {

	@Test
	void isMadeFromNamesAsText() {
		assertThat(SnapshotScope.account("tenant")).isEqualTo(SnapshotScope.account(AccountName.of("tenant")));
		assertThat(SnapshotScope.database("shop")).isEqualTo(SnapshotScope.database(DatabaseName.of("shop")));
		assertThat(SnapshotScope.table("orders")).isEqualTo(SnapshotScope.table(TableName.of("orders")));
		assertThat(SnapshotScope.table("shop.orders")).isEqualTo(SnapshotScope.table(TableName.of("shop", "orders")));
	}

	@Test
	void isNotMadeFromTextThatIsNoName() {
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotScope.account("a`b"));
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotScope.table("a.b.c"));
		assertThatIllegalArgumentException().isThrownBy(() -> SnapshotScope.table((String) null));
	}

}
