package io.github.matrixone.spring.past;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.command.Rows;
import io.github.matrixone.spring.dao.SnapshotScopeMismatchException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PointInTimeTests {

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	private final PointInTime point = PointInTime.of(SnapshotName.of("nightly"));

	@Test
	void isThatOfASnapshotOfTheOwnAccountOrTheCluster() {
		Instant at = Instant.ofEpochSecond(0, 1_700_000_000L);
		assertThat(this.point.resolve(snapshot("account", "acme", "acme"), SHOP).at()).isEqualTo(at);
		assertThat(this.point.resolve(snapshot("cluster", "", "sys"), SHOP).at()).isEqualTo(at);
		assertThat(this.point.question().sql()).contains("current_account_name() AS own_account");
	}

	@Test
	void isNotThatOfASnapshotOfAnotherAccount() {
		assertThatExceptionOfType(SnapshotScopeMismatchException.class)
			.isThrownBy(() -> this.point.resolve(snapshot("account", "acme", "sys"), SHOP))
			.withMessage("Snapshot nightly holds account acme, not account sys, which this connection works in");
	}

	private static Rows snapshot(String level, String account, String own) {
		return new Rows(
				List.of("sname", "ts", "level", "account_name", "database_name", "table_name", "kind", "own_account"),
				List.of(List.of("nightly", "1700000000", level, account, "", "", "user", own)));
	}

}
