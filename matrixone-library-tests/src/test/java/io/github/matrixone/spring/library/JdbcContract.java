package io.github.matrixone.spring.library;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What holds with whatever stands between JdbcTemplate and the driver.
 */
abstract class JdbcContract {

	static LibraryDatabase database;

	@Autowired
	Work work;

	@Autowired
	CloneOperations clones;

	@Autowired
	JdbcTemplate jdbc;

	static void create(String library, DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create(library, "", registry);
	}

	@BeforeEach
	void tables() {
		for (String table : List.of("kept", "gone", "item")) {
			database.execute("DROP TABLE IF EXISTS " + table);
		}
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY, stock INT NOT NULL DEFAULT 0)");
	}

	@Test
	void commitsARowAndAClone() {
		this.work.commit(() -> insertAndClone("kept"));
		assertThat(database.count("item")).isEqualTo(1);
		assertThat(database.count("kept")).isEqualTo(1);
	}

	@Test
	void rollsARowAndACloneBack() {
		assertThatExceptionOfType(OnPurposeException.class)
			.isThrownBy(() -> this.work.fail(() -> insertAndClone("gone")));
		assertThat(database.count("item")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void refusesALiveCloneAfterAnUpdate() {
		this.jdbc.update("INSERT INTO item (id) VALUES (1)");
		assertThatExceptionOfType(UncommittedChangesException.class).isThrownBy(() -> this.work.commit(() -> {
			this.jdbc.update("UPDATE item SET stock = 1 WHERE id = 1");
			this.clones.cloneTable(TableName.of("item"), TableName.of("gone"));
		}));
		assertThat(database.hasTable("gone")).isFalse();
	}

	void insertAndClone(String target) {
		this.jdbc.update("INSERT INTO item (id) VALUES (?)", 1);
		this.clones.cloneTable(TableName.of("item"), TableName.of(target));
	}

}
