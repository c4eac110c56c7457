package io.github.matrixone.spring.clone;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

class CloneUndoTests {

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private static final TableName ITEM = TableName.of(SHOP, "item");

	private static final AccountName TENANT = AccountName.of("tenant");

	@Test
	void dropsWhatWasMade() {
		assertThat(new CloneDatabase(SHOP, SHOP, null, null).undo()).isEqualTo(new DropDatabase(SHOP));
		assertThat(new CloneTable(ITEM, ITEM, null, false, null).undo()).isEqualTo(new DropTable(ITEM));
	}

	@Test
	void dropsNothingInTheOwnAccountForACloneInAnotherOne() {
		assertThat(new CloneDatabase(SHOP, SHOP, null, TENANT).undo()).isNull();
		assertThat(new CloneTable(ITEM, ITEM, null, false, TENANT).undo()).isNull();
	}

}
